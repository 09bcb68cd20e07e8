package io.lightvisor.linux.fs;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;

/// File systems whose files are the kernel's own. A guest sees some of them; what it may write there depends on its
/// rights, and we have more: a link of the guest's into them must not make us its hand.
public final class KernelFiles {
    private KernelFiles() {}

    /// Whether the file is one of the kernel's.
    public static boolean isOne(Fd file) {
        return switch ((int) FileSystemStat.of(file).magic()) {
            case 0x9FA0, // proc
                    0x62656572, // sysfs
                    0x27E0EB, // cgroup
                    0x63677270, // cgroup2
                    0x64626720, // debugfs
                    0x74726163, // tracefs
                    0x73636673, // securityfs
                    0xCAFE4A11, // bpf
                    0x62656570, // configfs
                    0xDE5E81E4, // efivarfs
                    0x42494E4D, // binfmt_misc
                    0x6165676C, // pstore
                    0xF97CFF8C, // selinuxfs
                    0x65735543, // fusectl
                    0x6E736673, // nsfs
                    0x50494446 -> // pidfs
                true;
            default -> false;
        };
    }

    /// @throws SyscallException with `EPERM` if it is one of the kernel's
    public static void refuseChange(Fd file) {
        if (isOne(file)) {
            throw new SyscallException("change of a file of the kernel", file.what(), Errno.EPERM);
        }
    }
}
