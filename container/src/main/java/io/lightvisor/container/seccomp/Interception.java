package io.lightvisor.container.seccomp;

/// System calls that the kernel may hand to the server instead of carrying them out, by the key
/// `security.syscalls.intercept.*` that turns each on.
public enum Interception {
    /// mknod(2) and mknodat(2) of devices.
    MKNOD("mknod"),
    /// setxattr(2) and its relatives.
    SETXATTR("setxattr"),
    /// mount(2) of file systems.
    MOUNT("mount"),
    /// bpf(2).
    BPF("bpf"),
    /// sched_setscheduler(2).
    SCHED_SETSCHEDULER("sched_setscheduler"),
    /// sysinfo(2).
    SYSINFO("sysinfo");

    private final String key;

    Interception(String key) {
        this.key = key;
    }

    /// The end of its key.
    public String key() {
        return key;
    }
}
