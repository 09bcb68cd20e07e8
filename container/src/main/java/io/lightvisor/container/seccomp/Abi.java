package io.lightvisor.container.seccomp;

/// One system-call interface that a process may use. `AUDIT_ARCH_*`, include/uapi/linux/audit.h.
public enum Abi {
    X86_64(0xC000003E, 0),
    I386(0x40000003, 1),
    AARCH64(0xC00000B7, 2);

    private final int auditArch;
    private final int column;

    Abi(int auditArch, int column) {
        this.auditArch = auditArch;
        this.column = column;
    }

    /// What the kernel puts into "struct seccomp_data" for a call by this interface.
    public int auditArch() {
        return auditArch;
    }

    /// Its column in the table of numbers.
    int column() {
        return column;
    }

    /// The 64-bit interface of this machine.
    public static Abi native64() {
        return "aarch64".equals(System.getProperty("os.arch")) ? AARCH64 : X86_64;
    }
}
