package io.lightvisor.engine.instance;

import io.lightvisor.container.Limits;
import io.lightvisor.container.MountSpec;
import io.lightvisor.container.NicsHook;
import io.lightvisor.container.RawSettings;
import io.lightvisor.container.RootFilesystem;
import io.lightvisor.container.SecuritySpec;
import io.lightvisor.container.StartSpec;
import io.lightvisor.container.seccomp.Interception;
import io.lightvisor.engine.device.InstanceDevices;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Idmap;
import io.lightvisor.storage.RootVolume;
import io.lightvisor.storage.driver.RootLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Translates an effective instance into what the container runtime starts. Pure.
final class StartSpecs {
    private StartSpecs() {}

    static StartSpec of(
            ExpandedInstance expanded,
            RootVolume root,
            List<String> plainFolders,
            Idmap idmap,
            Limits limits,
            Path logFolder,
            InstanceDevices.StartPlan devices,
            List<MountSpec> guestFolders,
            NicsHook nics) {
        var instance = expanded.instance();
        var raw = RawLxcSettings.of(expanded.config("raw.lxc", ""), !idmap.isMapped());
        return new StartSpec(
                instance.id(),
                instance.hostName(),
                instance.name().value(),
                idmap,
                expanded.flag("security.nesting", false),
                layout(root.layout(), plainFolders),
                joined(guestFolders, joined(devices.mounts(), raw.binds)),
                devices.nodes(),
                raw.init.isEmpty() ? StartSpec.SBIN_INIT : raw.init,
                joined(raw.environment, family(expanded.config(), "environment.")),
                limits,
                security(expanded, raw.raw()),
                joined(family(expanded.config(), "linux.sysctl."), raw.sysctls),
                rlimits(expanded.config()),
                logFolder,
                nics);
    }

    private static RootFilesystem layout(RootLayout layout, List<String> plain) {
        return switch (layout) {
            case RootLayout.Directory d -> new RootFilesystem.Directory(d.path());
            case RootLayout.Overlay o -> new RootFilesystem.Overlay(o.lowers(), o.upperParent(), plain);
            case RootLayout.FrozenOverlay _ -> throw new IllegalArgumentException("a snapshot is no root to start");
        };
    }

    /// Both spellings: LXD renamed these keys and still takes the old ones.
    private static SecuritySpec security(ExpandedInstance expanded, RawSettings raw) {
        return new SecuritySpec(
                expanded.flag(
                        "security.syscalls.deny_default", expanded.flag("security.syscalls.blacklist_default", true)),
                expanded.flag(
                        "security.syscalls.deny_compat", expanded.flag("security.syscalls.blacklist_compat", false)),
                lines(expanded, "security.syscalls.deny", "security.syscalls.blacklist"),
                lines(expanded, "security.syscalls.allow", "security.syscalls.whitelist"),
                true,
                expanded.config("raw.apparmor", ""),
                expanded.config("raw.seccomp", ""),
                raw,
                intercepts(expanded));
    }

    private static Set<Interception> intercepts(ExpandedInstance expanded) {
        var found = EnumSet.noneOf(Interception.class);
        for (var each : Interception.values()) {
            boolean on = expanded.flag("security.syscalls.intercept." + each.key(), false);
            // Of bpf(2) there is nothing to answer but device rules.
            if (on && (each != Interception.BPF || expanded.flag("security.syscalls.intercept.bpf.devices", false))) {
                found.add(each);
            }
        }
        return found;
    }

    private static <T> List<T> joined(List<T> some, List<T> others) {
        var all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    private static Map<String, String> joined(Map<String, String> some, Map<String, String> stronger) {
        var all = new TreeMap<>(some);
        all.putAll(stronger);
        return all;
    }

    private static List<String> lines(ExpandedInstance expanded, String key, String old) {
        var found = new ArrayList<String>();
        for (var line : expanded.config(key, expanded.config(old, "")).split("\n", -1)) {
            if (!line.isBlank()) {
                found.add(line.strip());
            }
        }
        return found;
    }

    /// `limits.kernel.*`.
    static Map<String, StartSpec.Rlimit> rlimits(Map<String, String> config) {
        var limits = new TreeMap<String, StartSpec.Rlimit>();
        family(config, "limits.kernel.").forEach((name, text) -> limits.put(name, StartSpec.Rlimit.parse(text)));
        return limits;
    }

    private static Map<String, String> family(Map<String, String> config, String prefix) {
        var found = new TreeMap<String, String>();
        config.forEach((k, v) -> {
            if (k.startsWith(prefix)) {
                found.put(k.substring(prefix.length()), v);
            }
        });
        return found;
    }
}
