package io.lightvisor.model;

/// A processor architecture by the kernel's name (uname -m), with the names that distributions use for it.
public enum Architecture {
    X86_64("x86_64", "amd64"),
    I686("i686", "i386"),
    AARCH64("aarch64", "arm64"),
    ARMV7L("armv7l", "armhf"),
    ARMV6L("armv6l", "armel"),
    ARMV8L("armv8l", "armv8l"),
    PPC("ppc", "powerpc"),
    PPC64("ppc64", "powerpc64"),
    PPC64LE("ppc64le", "ppc64el"),
    S390X("s390x", "s390x"),
    MIPS("mips", "mips"),
    MIPS64("mips64", "mips64el"),
    RISCV32("riscv32", "riscv32"),
    RISCV64("riscv64", "riscv64");

    private final String kernel;
    private final String debian;

    Architecture(String kernel, String debian) {
        this.kernel = kernel;
        this.debian = debian;
    }

    /// The kernel's name: `x86_64`.
    public String kernelName() {
        return kernel;
    }

    /// Debian's name: `amd64`.
    public String debianName() {
        return debian;
    }

    /// Reads either name.
    public static Architecture parse(String text) {
        for (var a : values()) {
            if (a.kernel.equals(text) || a.debian.equals(text)) {
                return a;
            }
        }
        throw Problem.badRequest("Architecture isn't supported: " + Problem.printable(text))
                .exception();
    }

    /// The host's.
    public static Architecture host() {
        return parse(System.getProperty("os.arch"));
    }
}
