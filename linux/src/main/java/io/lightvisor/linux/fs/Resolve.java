package io.lightvisor.linux.fs;

/// How openat2(2) walks a path: "RESOLVE_*, include/uapi/linux/openat2.h".
public enum Resolve {
    /// No step into another mount.
    NO_XDEV(0x01),
    /// No link of /proc that leads to an open file.
    NO_MAGICLINKS(0x02),
    /// No symbolic link at all, not even the last component.
    NO_SYMLINKS(0x04),
    /// A path that would leave the directory, by `..`, `/` or a link, is refused with `EXDEV`.
    BENEATH(0x08),
    /// The directory is the root: `/` and links lead inside it, `..` stops at it. As after chroot(2), without
    /// one.
    IN_ROOT(0x10);

    private final int bit;

    Resolve(int bit) {
        this.bit = bit;
    }

    static long bits(Resolve... rules) {
        long all = 0;
        for (var rule : rules) {
            all |= rule.bit;
        }
        return all;
    }
}
