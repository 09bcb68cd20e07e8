package io.lightvisor.container;

import io.lightvisor.linux.mount.MountAttribute;
import io.lightvisor.linux.mount.Propagation;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// A file or folder of the host that appears in the container, or a file system of a block device of the host.
///
/// @param target   absolute path inside; missing folders on the way, and the target itself, are made
/// @param recursive with the mounts below the source
/// @param shifted  ids on disk are those of the container, so the mount is idmapped as the root is. Otherwise the
/// host's
///     ids show through, which in an unprivileged container is mostly `nobody`
/// @param optional a missing source or a target that cannot be made is passed over in silence
/// @param attributes beside read-only
/// @param propagation whether what is mounted below the source later, on the host, is seen inside
/// @param fileSystem  `ext4`, if `source` is a block device to be mounted; empty for what is there already
/// @param options     of that file system, `key` or `key=value`
public record MountSpec(
        Path source,
        String target,
        boolean recursive,
        boolean readOnly,
        boolean shifted,
        boolean optional,
        Set<MountAttribute> attributes,
        Propagation propagation,
        String fileSystem,
        List<String> options) {
    public MountSpec {
        if (!target.startsWith("/")) {
            throw new IllegalArgumentException("mount target is not absolute: " + target);
        }
        attributes = Set.copyOf(attributes);
        options = List.copyOf(options);
    }

    /// A bind mount without further attributes, which sees nothing of later mounts.
    public MountSpec(
            Path source, String target, boolean recursive, boolean readOnly, boolean shifted, boolean optional) {
        this(source, target, recursive, readOnly, shifted, optional, Set.of(), Propagation.PRIVATE, "", List.of());
    }

    /// The plain case: read-write, with what is mounted below, host ids.
    public static MountSpec of(Path source, String target) {
        return new MountSpec(source, target, true, false, false, false);
    }
}
