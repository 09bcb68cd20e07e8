package io.lightvisor.model.config;

import io.lightvisor.model.Booleans;
import java.util.List;
import java.util.Map;

/// Which keys of an instance exclude each other.
final class InstanceRules {
    /// New spelling and old one.
    private static final String[][] RENAMED = {
        {"security.syscalls.allow", "security.syscalls.whitelist"},
        {"security.syscalls.deny", "security.syscalls.blacklist"},
        {"security.syscalls.deny_compat", "security.syscalls.blacklist_compat"},
        {"security.syscalls.deny_default", "security.syscalls.blacklist_default"},
        {"security.devlxd", "security.guestapi"},
        {"security.devlxd.images", "security.guestapi.images"},
    };

    static final List<Schema.Rule> ALL = List.of(
            InstanceRules::bothSpellings, InstanceRules::allowAndDeny, InstanceRules::nvidia, InstanceRules::oneProbe);

    private InstanceRules() {}

    private static String bothSpellings(Map<String, String> config) {
        for (var pair : RENAMED) {
            if (!get(config, pair[0]).isEmpty() && !get(config, pair[1]).isEmpty()) {
                return "Mutually exclusive keys " + pair[0] + " and " + pair[1] + " are set";
            }
        }
        return "";
    }

    private static String allowAndDeny(Map<String, String> config) {
        boolean allows = !value(config, 0).isEmpty();
        boolean denies =
                !value(config, 1).isEmpty() || Booleans.parse(value(config, 2)) || Booleans.parse(value(config, 3));
        return allows && denies ? "security.syscalls.allow is mutually exclusive with security.syscalls.deny*" : "";
    }

    private static String oneProbe(Map<String, String> config) {
        int probes = 0;
        for (var key : List.of("healthcheck.exec", "healthcheck.tcp", "healthcheck.http")) {
            probes += get(config, key).isEmpty() ? 0 : 1;
        }
        return probes > 1 ? "Only one of healthcheck.exec, healthcheck.tcp and healthcheck.http can be set" : "";
    }

    private static String nvidia(Map<String, String> config) {
        return Booleans.parse(get(config, "nvidia.runtime")) && Booleans.parse(get(config, "security.privileged"))
                ? "nvidia.runtime is incompatible with privileged containers"
                : "";
    }

    /// A key under whichever spelling it is set.
    private static String value(Map<String, String> config, int renamed) {
        String value = get(config, RENAMED[renamed][0]);
        return value.isEmpty() ? get(config, RENAMED[renamed][1]) : value;
    }

    private static String get(Map<String, String> config, String key) {
        return config.getOrDefault(key, "");
    }
}
