package io.lightvisor.storage;

import io.lightvisor.model.Booleans;
import io.lightvisor.model.ByteSize;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.StoragePool;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which keys a pool may have, and which values. Pure; the words are LXD's.
final class PoolRules {
    /// What any volume may have (contract: volume options); a pool gives them as `volume.KEY`.
    private static final Map<String, Check> VOLUME_KEYS = Map.of(
            "size", PoolRules::size,
            "security.shifted", PoolRules::bool,
            "security.unmapped", PoolRules::bool,
            "snapshots.schedule", PoolRules::any,
            "snapshots.expiry", PoolRules::any,
            "snapshots.pattern", PoolRules::any);

    private PoolRules() {}

    private interface Check {
        /// @return what is wrong, or null
        @Nullable
        String wrong(String value);
    }

    /// Checks all keys of a pool.
    static void check(StoragePool pool) {
        var kind = DriverKind.of(pool);
        pool.config().forEach((key, value) -> {
            var check = find(kind, key);
            if (check == null) {
                throw Problem.badRequest("Invalid option \"" + Problem.printable(key) + "\"")
                        .exception();
            }
            var wrong = value.isEmpty() ? null : check.wrong(value);
            if (wrong != null) {
                throw Problem.badRequest("Invalid value for option \"" + key + "\": " + wrong)
                        .exception();
            }
        });
    }

    /// What an update may not change.
    static void checkUpdate(StoragePool before, StoragePool after) {
        if (!before.driver().equals(after.driver())) {
            throw Problem.badRequest("Storage pool driver cannot be changed").exception();
        }
        if (!before.config().getOrDefault("source", "").equals(after.config().getOrDefault("source", ""))) {
            throw Problem.badRequest("Pool source cannot be changed when not in pending state")
                    .exception();
        }
        check(after);
    }

    private static @Nullable Check find(DriverKind kind, String key) {
        if (key.startsWith("user.") || key.equals("volatile.initial_source") || key.equals("source")) {
            return PoolRules::any;
        }
        if (key.startsWith("volume.user.")) {
            return PoolRules::any;
        }
        if (key.startsWith("volume.")) {
            return VOLUME_KEYS.get(key.substring("volume.".length()));
        }
        if (!kind.keys().contains(key)) {
            return null;
        }
        return key.equals("rsync.compression") ? PoolRules::bool : PoolRules::size;
    }

    private static @Nullable String any(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) == 0) {
                return "a value holds no NUL";
            }
        }
        return null;
    }

    private static @Nullable String bool(String value) {
        return Booleans.isBoolean(value) ? null : "Invalid value for a boolean \"" + Problem.printable(value) + "\"";
    }

    private static @Nullable String size(String value) {
        try {
            ByteSize.parse(value);
            return null;
        } catch (ProblemException e) {
            return "Invalid value: " + Problem.printable(value);
        }
    }
}
