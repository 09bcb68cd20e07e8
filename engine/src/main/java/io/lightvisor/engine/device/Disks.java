package io.lightvisor.engine.device;

import io.lightvisor.container.MountSpec;
import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.FileStat;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.FileSystemProbe;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.mount.MountAttribute;
import io.lightvisor.linux.mount.Propagation;
import io.lightvisor.model.device.DiskDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Disks whose source is a path of the host: a folder or a file is bound, a block device mounted.
final class Disks {
    private Disks() {}

    /// Whether this is the business of this class; the root is not.
    static boolean isBind(DiskDevice disk) {
        return disk.pool().isEmpty()
                && disk.source().filter(s -> s.startsWith("/")).isPresent();
    }

    /// Whether it names a volume of a pool.
    static boolean isVolume(DiskDevice disk) {
        return disk.pool().isPresent() && disk.source().isPresent();
    }

    /// What is wrong with the source as the host is now, in LXD's words; empty if nothing is.
    static String complaint(DiskDevice disk) {
        if (!isBind(disk) || !disk.required()) {
            return "";
        }
        String source = disk.source().orElseThrow();
        try (var _ = open(source)) {
            return "";
        } catch (SyscallException e) {
            String missing = "Missing source path \"" + source + "\" for disk \"" + disk.name() + "\"";
            return e.is(Errno.ENOENT, Errno.ENOTDIR) ? missing : missing + ": " + e.getMessage();
        } catch (IllegalArgumentException e) {
            return "Missing source path \"" + source + "\" for disk \"" + disk.name() + "\": " + e.getMessage();
        }
    }

    /// The mount; nothing if it is optional and not there.
    static Contribution plan(DiskDevice disk) {
        if (disk.path().isEmpty() || disk.target().equals("/")) {
            throw DeviceFailure.start(disk.name(), "Disk entry is missing the required \"path\" property");
        }
        String source = disk.source().orElseThrow();
        FileStat stat;
        try (var file = open(source)) {
            stat = file.stat();
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
                if (disk.required()) {
                    throw DeviceFailure.start(disk.name(), complaint(disk));
                }
                return Contribution.NOTHING;
            }
            throw DeviceFailure.start(disk.name(), e);
        }
        String type = stat.type() == FileStat.Type.BLOCK_DEVICE ? fileSystem(disk, source) : "";
        return new Contribution(List.of(mount(disk, type)), List.of(), identity(stat));
    }

    /// The mount as it was made, whether or not its source is still there.
    static MountSpec mount(DiskDevice disk, String fileSystem) {
        var attributes = EnumSet.noneOf(MountAttribute.class);
        var options = new ArrayList<String>();
        boolean readOnly = disk.readOnly();
        boolean recursive = disk.recursive() || disk.propagation().startsWith("r");
        for (String option : disk.mountOptions()) {
            var attribute = attribute(option);
            if (attribute.isPresent()) {
                attributes.add(attribute.get());
            } else if (option.equals("ro")) {
                readOnly = true;
            } else if (option.equals("rbind")) {
                recursive = true;
            } else if (!DEFAULTS.contains(option)) {
                options.add(option);
            }
        }
        return new MountSpec(
                Path.of(disk.source().orElseThrow()),
                disk.target(),
                recursive && fileSystem.isEmpty(),
                readOnly,
                disk.shift(),
                false,
                attributes,
                propagation(disk.propagation()),
                fileSystem,
                options);
    }

    private static final Set<String> DEFAULTS = Set.of(
            "rw",
            "bind",
            "defaults",
            "suid",
            "dev",
            "exec",
            "atime",
            "diratime",
            "relatime",
            "async",
            "auto",
            "noauto",
            "user",
            "nouser",
            "_netdev",
            "nofail");

    private static Optional<MountAttribute> attribute(String option) {
        return switch (option) {
            case "nosuid" -> Optional.of(MountAttribute.NO_SUID);
            case "nodev" -> Optional.of(MountAttribute.NO_DEVICES);
            case "noexec" -> Optional.of(MountAttribute.NO_EXEC);
            case "noatime" -> Optional.of(MountAttribute.NO_ACCESS_TIME);
            case "strictatime" -> Optional.of(MountAttribute.STRICT_ACCESS_TIME);
            case "nodiratime" -> Optional.of(MountAttribute.NO_DIRECTORY_ACCESS_TIME);
            case "nosymfollow" -> Optional.of(MountAttribute.NO_SYMLINK_FOLLOW);
            default -> Optional.empty();
        };
    }

    private static Propagation propagation(String mode) {
        return switch (mode) {
            case "shared", "rshared" -> Propagation.SHARED;
            case "slave", "rslave" -> Propagation.SLAVE;
            case "unbindable", "runbindable" -> Propagation.UNBINDABLE;
            default -> Propagation.PRIVATE;
        };
    }

    private static String fileSystem(DiskDevice disk, String source) {
        String failed = "Failed detecting source path \"" + source + "\" block device filesystem: ";
        try (var device = Open.path(source, OpenFlag.READ)) {
            return FileSystemProbe.type(device)
                    .orElseThrow(() -> DeviceFailure.start(disk.name(), failed + "it holds none that is known"));
        } catch (SyscallException e) {
            throw DeviceFailure.start(disk.name(), failed + e.getMessage());
        }
    }

    static String identity(FileStat stat) {
        return stat.device() + " " + stat.inode();
    }

    private static Fd open(String source) {
        return Open.path(source, OpenFlag.PATH);
    }
}
