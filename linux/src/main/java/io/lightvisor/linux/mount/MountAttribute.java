package io.lightvisor.linux.mount;

import java.util.Set;

/// Attributes of one mount: "MOUNT_ATTR_*, include/uapi/linux/mount.h".
public enum MountAttribute {
    READ_ONLY(0x1),
    NO_SUID(0x2),
    NO_DEVICES(0x4),
    NO_EXEC(0x8),
    NO_ACCESS_TIME(0x10),
    STRICT_ACCESS_TIME(0x20),
    NO_DIRECTORY_ACCESS_TIME(0x80),
    /// Symbolic links are not followed on this mount. Linux 5.14.
    NO_SYMLINK_FOLLOW(0x200000);

    static final long ATIME_MASK = 0x70;
    static final long IDMAP = 0x100000;

    private final long bit;

    MountAttribute(long bit) {
        this.bit = bit;
    }

    static long bits(Set<MountAttribute> attributes) {
        long all = 0;
        for (var attribute : attributes) {
            all |= attribute.bit;
        }
        return all;
    }
}
