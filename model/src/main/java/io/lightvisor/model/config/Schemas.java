package io.lightvisor.model.config;

import java.util.ArrayList;
import java.util.List;

/// The schemas of all objects whose keys are declared here. Networks, storage pools and volumes have keys
/// by their driver, which declares them.
public final class Schemas {
    private static final Schema.Wording PLAIN = new Schema.Wording() {
        @Override
        public String unknown(String key, String value) {
            return "Unknown configuration key: " + key;
        }

        @Override
        public String bad(String key, String value, String complaint) {
            return complaint;
        }
    };

    /// A profile does not belong to one instance, so it holds nothing that only one can have.
    private static final Schema.Wording OF_PROFILE = new Schema.Wording() {
        @Override
        public String unknown(String key, String value) {
            if (key.startsWith("volatile.")) {
                return "Volatile keys can only be set on instances";
            }
            if (key.startsWith("image.")) {
                return "Image keys can only be set on instances";
            }
            return PLAIN.unknown(key, value);
        }

        @Override
        public String bad(String key, String value, String complaint) {
            return complaint;
        }
    };

    private static final Schema.Wording OF_SERVER = new Schema.Wording() {
        @Override
        public String unknown(String key, String value) {
            return "cannot set '" + key + "' to '" + value + "': unknown key";
        }

        @Override
        public String bad(String key, String value, String complaint) {
            return "cannot set '" + key + "' to '" + value + "': " + complaint;
        }
    };

    private static final Schema.Wording OF_PROJECT = new Schema.Wording() {
        @Override
        public String unknown(String key, String value) {
            return "Invalid project configuration key \"" + key + "\"";
        }

        @Override
        public String bad(String key, String value, String complaint) {
            return "Invalid project configuration key \"" + key + "\" value: " + complaint;
        }
    };

    private static final List<ConfigKey> SHARED = joined(InstanceKeys.SHARED, SupervisionKeys.ALL);
    private static final Schema INSTANCE =
            new Schema(joined(SHARED, InstanceKeys.INSTANCE_ONLY), PLAIN, InstanceRules.ALL);
    private static final Schema PROFILE =
            new Schema(joined(SHARED, InstanceKeys.VIRTUAL_MACHINES), OF_PROFILE, InstanceRules.ALL);
    private static final Schema SERVER = new Schema(ServerKeys.ALL, OF_SERVER, List.of());
    private static final Schema PROJECT = new Schema(ProjectKeys.ALL, OF_PROJECT, List.of());

    private Schemas() {}

    private static List<ConfigKey> joined(List<ConfigKey> some, List<ConfigKey> others) {
        var all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    /// Of a container's own keys, and of its keys expanded by `volatile.*` ones. Keys of virtual machines
    /// are unknown to it, as in LXD. Callers put their own words in front: `Invalid config: ` when an
    /// instance is changed.
    public static Schema instance() {
        return INSTANCE;
    }

    /// Of profiles: may hold keys of virtual machines, may not hold `volatile.*` and `image.*`.
    public static Schema profile() {
        return PROFILE;
    }

    /// Of the server.
    public static Schema server() {
        return SERVER;
    }

    /// Of projects.
    public static Schema project() {
        return PROJECT;
    }
}
