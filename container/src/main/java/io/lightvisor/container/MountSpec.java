package io.lightvisor.container;

import java.nio.file.Path;

/// A file or folder of the host that appears in the container.
///
/// @param target   absolute path inside; missing folders on the way, and the target itself, are made
/// @param recursive with the mounts below the source
/// @param shifted  ids on disk are those of the container, so the mount is idmapped as the root is. Otherwise the
/// host's
///     ids show through, which in an unprivileged container is mostly `nobody`
/// @param optional a missing source or a target that cannot be made is passed over in silence
public record MountSpec(
        Path source, String target, boolean recursive, boolean readOnly, boolean shifted, boolean optional) {
    public MountSpec {
        if (!target.startsWith("/")) {
            throw new IllegalArgumentException("mount target is not absolute: " + target);
        }
    }

    /// The plain case: read-write, with what is mounted below, host ids.
    public static MountSpec of(Path source, String target) {
        return new MountSpec(source, target, true, false, false, false);
    }
}
