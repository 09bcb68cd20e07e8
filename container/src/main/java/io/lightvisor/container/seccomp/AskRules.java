package io.lightvisor.container.seccomp;

import java.util.Set;

/// Writes the rules that hand calls to a listener. Each is as narrow as a filter can see: what lies behind a pointer is
/// for the listener to look at.
final class AskRules {
    private static final int S_IFMT = 0170000;
    private static final int S_IFCHR = 0020000;
    private static final int S_IFBLK = 0060000;
    /// MS_REMOUNT, MS_BIND, MS_MOVE, MS_UNBINDABLE, MS_PRIVATE, MS_SLAVE, MS_SHARED: mounts that make no file system.
    private static final int NO_FILE_SYSTEM = 32 | 4096 | 8192 | 1 << 17 | 1 << 18 | 1 << 19 | 1 << 20;
    private static final int EINVAL = 0x00050016;
    private static final int NEW_LISTENER = 8;

    private AskRules() {}

    /// Leaves the number of the call loaded.
    static void write(Bpf body, Abi abi, Set<Interception> asked) {
        if (asked.isEmpty()) {
            return;
        }
        // The kernel allows one listener in a chain of programs; a guest's would take ours's place.
        call(
                body,
                abi,
                "seccomp",
                new Bpf().load(Bpf.argument(1)).unlessAnyBit(NEW_LISTENER, 1).answer(EINVAL));
        for (var each : Interception.values()) {
            if (asked.contains(each)) {
                write(body, abi, each);
            }
        }
    }

    private static void write(Bpf body, Abi abi, Interception each) {
        switch (each) {
            case MKNOD -> {
                call(body, abi, "mknod", device(1));
                call(body, abi, "mknodat", device(2));
            }
            case SETXATTR -> {
                // The one value that is of interest has one byte.
                call(body, abi, "setxattr", equal(3, 1));
                call(body, abi, "lsetxattr", equal(3, 1));
            }
            case MOUNT -> {
                var none = new Bpf().load(Bpf.argument(3)).unlessAnyBit(NO_FILE_SYSTEM, 1);
                call(body, abi, "mount", none.jump(1).answer(Interception.ASK));
                // Programs that find the newer way missing take the older one, which can be seen whole.
                call(body, abi, "fsopen", new Bpf().answer(DenyList.NOT_THERE));
            }
            case BPF -> {
                for (int command : new int[] {5, 8, 9}) {
                    call(body, abi, "bpf", equal(0, command));
                }
            }
            case SCHED_SETSCHEDULER -> call(body, abi, "sched_setscheduler", new Bpf().answer(Interception.ASK));
            case SYSINFO -> call(body, abi, "sysinfo", new Bpf().answer(Interception.ASK));
        }
    }

    private static Bpf device(int argument) {
        return new Bpf()
                .load(Bpf.argument(argument))
                .and(S_IFMT)
                .ifEqual(S_IFCHR, 1)
                .unlessEqual(S_IFBLK, 1)
                .answer(Interception.ASK);
    }

    private static Bpf equal(int argument, int value) {
        return new Bpf().load(Bpf.argument(argument)).unlessEqual(value, 1).answer(Interception.ASK);
    }

    /// What comes out at the end of `then` has answered nothing: the number is loaded again for the next rule.
    private static void call(Bpf body, Abi abi, String name, Bpf then) {
        SyscallTable.number(name, abi)
                .ifPresent(number ->
                        body.unlessEqual(number, then.length() + 1).append(then).load(Bpf.NUMBER));
    }
}
