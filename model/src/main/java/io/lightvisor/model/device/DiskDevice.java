package io.lightvisor.model.device;

import io.lightvisor.model.Booleans;
import io.lightvisor.model.ByteSize;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A disk: the root of the instance, a volume of a pool, or something of the host.
///
/// @param source   a path of the host, a volume of `pool`, or empty for the root
/// @param path     where it appears inside; `/` is the root
/// @param pool     the storage pool
/// @param size     how much the root may hold
/// @param required whether the instance must not start without it
public record DiskDevice(
        String name,
        Map<String, String> options,
        Optional<String> source,
        String path,
        Optional<PoolName> pool,
        Optional<ByteSize> size,
        boolean readOnly,
        boolean recursive,
        boolean required,
        boolean shift)
        implements Device {
    public DiskDevice {
        options = Map.copyOf(options);
    }

    /// Whether this is the root of its instance.
    public boolean isRoot() {
        return path.equals("/") && source.isEmpty();
    }

    /// How mounts propagate into it: `private` if nothing else was asked for.
    public String propagation() {
        return options.getOrDefault("propagation", "private");
    }

    /// The path inside from its root, without steps that lead nowhere: `mnt/../tmp/x` is `/tmp/x`.
    public String target() {
        return java.nio.file.Path.of("/", path).normalize().toString();
    }

    /// What mount(8) would get with `-o`, in order.
    public List<String> mountOptions() {
        var found = new ArrayList<String>();
        for (String option : options.getOrDefault("raw.mount.options", "").split(",", -1)) {
            if (!option.isBlank()) {
                found.add(option.strip());
            }
        }
        return found;
    }

    /// Limits of its speed: `limits.read`, `limits.write` or, for both, `limits.max`; empty if it has none.
    public Optional<DiskLimits> limits() {
        return DiskLimits.of(options);
    }

    @Override
    public String missing() {
        if (source.isEmpty() || source.get().startsWith("/")) {
            return "";
        }
        String text = source.get();
        if (pool.isPresent()) {
            return "custom storage volumes are not offered by this version";
        }
        return text.startsWith("cloud-init:")
                ? "disks with source=cloud-init:config are only supported by virtual machines"
                : "Ceph is not offered by this version";
    }

    static DiskDevice of(String name, Map<String, String> options) {
        DeviceOptions.check(DeviceOptions.DISK, options);
        String source = options.getOrDefault("source", "");
        String path = options.getOrDefault("path", "");
        String pool = options.getOrDefault("pool", "");
        if (set(options, "required") && set(options, "optional")) {
            throw new InvalidDevice(
                    "Cannot use both \"required\" and deprecated \"optional\" properties at the same time");
        }
        if (source.isEmpty() && !path.equals("/")) {
            throw new InvalidDevice("Disk entry is missing the required \"source\" or \"path\" property");
        }
        if (path.equals("/") && !source.isEmpty()) {
            throw new InvalidDevice("Root disk entry may not have a \"source\" property set");
        }
        if (path.equals("/") && pool.isEmpty()) {
            throw new InvalidDevice("Root disk entry must have a \"pool\" property set");
        }
        if (set(options, "size") && !path.equals("/")) {
            throw new InvalidDevice("Only the root disk may have a size quota");
        }
        if (set(options, "size.state") && !path.equals("/")) {
            throw new InvalidDevice("Only the root disk may have a migration size quota");
        }
        if (flag(options, "recursive", false) && flag(options, "readonly", false)) {
            throw new InvalidDevice("Recursive read-only bind-mounts aren't currently supported by the kernel");
        }
        if (!pool.isEmpty() && source.startsWith("/")) {
            throw new InvalidDevice("Storage volumes cannot be specified as absolute paths");
        }
        if (!source.isEmpty() && pool.isEmpty() && !source.startsWith("/") && !isForeign(source)) {
            throw new InvalidDevice("Source path must be absolute for local sources");
        }
        return new DiskDevice(
                name,
                options,
                source.isEmpty() ? Optional.empty() : Optional.of(source),
                path,
                pool(pool),
                set(options, "size") ? Optional.of(ByteSize.parse(options.getOrDefault("size", ""))) : Optional.empty(),
                flag(options, "readonly", false),
                flag(options, "recursive", false),
                set(options, "optional") ? !flag(options, "optional", false) : flag(options, "required", true),
                flag(options, "shift", false));
    }

    private static Optional<PoolName> pool(String pool) {
        try {
            return pool.isEmpty() ? Optional.empty() : Optional.of(new PoolName(pool));
        } catch (ProblemException e) {
            throw new InvalidDevice(
                    "Invalid value for device option \"pool\": " + e.problem().why());
        }
    }

    /// A source that is no path of the host.
    private static boolean isForeign(String source) {
        return source.startsWith("ceph:") || source.startsWith("cephfs:") || source.equals("cloud-init:config");
    }

    private static boolean set(Map<String, String> options, String option) {
        return !options.getOrDefault(option, "").isEmpty();
    }

    private static boolean flag(Map<String, String> options, String option, boolean otherwise) {
        return set(options, option) ? Booleans.parse(options.getOrDefault(option, "")) : otherwise;
    }
}
