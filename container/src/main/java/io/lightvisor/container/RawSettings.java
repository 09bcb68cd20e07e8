package io.lightvisor.container;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// What an administrator sets past the ordinary keys (`raw.lxc`). Everything else of that text is part of the
/// [StartSpec] itself: environment, init, sysctls, binds.
///
/// @param drops      capabilities taken away, as bits; empty for the usual ones
/// @param cgroups    files of cgroups to write, in order, before init starts
/// @param devices    rules for devices, in order: `c 10:232 rwm`, `a`
/// @param profile    an AppArmor profile that is loaded already, or `unconfined`; empty for a generated one
/// @param openProc   /proc of a privileged container is writable as the kernel has it
/// @param openSys    /sys likewise
/// @param processFiles below `/proc/PID` of init: name and text
/// @param mounts     mount(2) calls inside, after all other mounts
public record RawSettings(
        OptionalLong drops,
        List<CgroupFile> cgroups,
        List<DeviceRule> devices,
        String profile,
        boolean openProc,
        boolean openSys,
        Map<String, String> processFiles,
        List<Mount> mounts) {
    /// Nothing of all that.
    public static final RawSettings NONE =
            new RawSettings(OptionalLong.empty(), List.of(), List.of(), "", false, false, Map.of(), List.of());

    public RawSettings {
        cgroups = List.copyOf(cgroups);
        devices = List.copyOf(devices);
        processFiles = Map.copyOf(processFiles);
        mounts = List.copyOf(mounts);
    }

    /// A file of a cgroup: `memory.swappiness`.
    ///
    /// @param unified of cgroup v2
    /// @param place   where it was asked for, for people
    public record CgroupFile(String file, String value, boolean unified, String place) {}

    /// @param allow or deny
    public record DeviceRule(boolean allow, String rule) {}

    /// mount(2), made inside by the container's root.
    ///
    /// @param type empty for a bind that is changed
    /// @param folder whether a missing target is made, as a folder
    public record Mount(
            String source, String target, String type, long flags, String data, boolean optional, boolean folder) {}
}
