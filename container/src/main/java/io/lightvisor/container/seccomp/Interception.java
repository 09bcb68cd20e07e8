package io.lightvisor.container.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

    /// "SECCOMP_RET_USER_NOTIF, include/uapi/linux/seccomp.h".
    static final int ASK = 0x7FC00000;

    private static final int INSTRUCTION = 8;

    /// Whether a program hands any call to a listener. It must then have one, or such calls fail.
    public static boolean asks(byte[] program) {
        var code = ByteBuffer.wrap(program).order(ByteOrder.nativeOrder());
        for (int at = 0; at + INSTRUCTION <= program.length; at += INSTRUCTION) {
            if (code.getShort(at) == Bpf.RETURN && code.getInt(at + 4) == ASK) {
                return true;
            }
        }
        return false;
    }

    private static final class Calls {
        private static final List<String> NAMES =
                List.of("mknod", "mknodat", "setxattr", "lsetxattr", "mount", "bpf", "sched_setscheduler", "sysinfo");
        static final Map<Integer, String> BY_NUMBER = byNumber();

        private static Map<Integer, String> byNumber() {
            var found = new HashMap<Integer, String>();
            for (String name : NAMES) {
                SyscallTable.number(name, Abi.native64()).ifPresent(number -> found.put(number, name));
            }
            return found;
        }
    }

    /// The name of a call of the machine's own interface that a listener may hear of; else an empty text.
    public static String callName(int number) {
        return Calls.BY_NUMBER.getOrDefault(number, "");
    }

    private final String key;

    Interception(String key) {
        this.key = key;
    }

    /// The end of its key.
    public String key() {
        return key;
    }
}
