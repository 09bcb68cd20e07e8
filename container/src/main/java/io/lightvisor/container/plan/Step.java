package io.lightvisor.container.plan;

/// The steps the launcher knows; `enum step_code` of `src/main/c/plan.h`, in the same order.
enum Step {
    PROC_WRITE,
    ATTACH,
    PRLIMIT,
    JOIN,
    SETNS,
    UNSHARE,
    PDEATHSIG,
    SETSID,
    IDS,
    CAPS,
    SECCOMP,
    HOSTNAME,
    MOUNT,
    PLACE,
    BIND,
    READONLY,
    PIVOT,
    LEAVE_OLD,
    MKDIR,
    SYMLINK,
    WRITE,
    MKNOD,
    CHOWN,
    CHDIR,
    CONSOLE,
    TERMINAL,
    STDIO,
    CONTROL,
    AWAIT_GO,
    EXEC,
    UMASK,
    UNMOUNT,
    UNLINK;

    /// The number in the plan.
    int code() {
        return ordinal() + 1;
    }
}
