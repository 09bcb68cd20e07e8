package io.lightvisor.linux.process;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;

/// The kinds of namespaces(7).
public enum Namespace {
    CGROUP("cgroup", 0x02000000),
    IPC("ipc", 0x08000000),
    NET("net", 0x40000000),
    MOUNT("mnt", 0x00020000),
    PID("pid", 0x20000000),
    TIME("time", 0x00000080),
    USER("user", 0x10000000),
    UTS("uts", 0x04000000);

    private final String file;
    private final int flag;

    Namespace(String file, int flag) {
        this.file = file;
        this.flag = flag;
    }

    /// The name under /proc/PID/ns.
    public String fileName() {
        return file;
    }

    /// The `CLONE_NEW*` bit.
    public int flag() {
        return flag;
    }

    /// Opens the namespace that a process is in; the descriptor keeps it alive.
    public Fd of(int pid) {
        return Open.path("/proc/" + pid + "/ns/" + file, OpenFlag.READ);
    }

    /// Opens the namespace that this process is in.
    public Fd ofSelf() {
        return Open.path("/proc/self/ns/" + file, OpenFlag.READ);
    }

    /// Opens the namespace that the calling thread is in.
    public Fd ofThread() {
        return Open.path("/proc/thread-self/ns/" + file, OpenFlag.READ);
    }
}
