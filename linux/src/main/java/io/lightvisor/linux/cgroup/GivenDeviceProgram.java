package io.lightvisor.linux.cgroup;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Device rules that somebody else has assembled: programs of type BPF_PROG_TYPE_CGROUP_DEVICE, loaded and attached in
/// their name. The kernel's verifier looks at them as at any other; they can only answer whether a device may be used.
///
/// Source: bpf(2), "union bpf_attr, include/uapi/linux/bpf.h".
public final class GivenDeviceProgram {
    private static final int BPF_PROG_LOAD = 5;
    private static final int BPF_PROG_ATTACH = 8;
    private static final int BPF_PROG_DETACH = 9;
    private static final int BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    private static final int BPF_CGROUP_DEVICE = 6;
    private static final int BPF_F_ALLOW_OVERRIDE = 1;
    private static final int BPF_F_ALLOW_MULTI = 2;
    private static final int ATTR_SIZE = 128;

    private GivenDeviceProgram() {}

    /// Whether the attributes of a call are about such programs.
    ///
    public static boolean isLoad(int type) {
        return type == BPF_PROG_TYPE_CGROUP_DEVICE;
    }

    /// As [#isLoad], for attaching and detaching.
    public static boolean isAttachment(int type) {
        return type == BPF_CGROUP_DEVICE;
    }

    /// Loads a program.
    ///
    /// @param code instructions of eight bytes
    public static Fd load(byte[] code) {
        try (var scratch = Scratch.borrow()) {
            var attr = scratch.allocate(ATTR_SIZE);
            attr.fill((byte) 0);
            attr.set(ValueLayout.JAVA_INT, 0, BPF_PROG_TYPE_CGROUP_DEVICE);
            attr.set(ValueLayout.JAVA_INT, 4, code.length / 8);
            attr.set(ValueLayout.JAVA_LONG, 8, scratch.bytes(code).address());
            attr.set(ValueLayout.JAVA_LONG, 16, scratch.text("GPL"));
            attr.set(ValueLayout.JAVA_INT, 68, BPF_CGROUP_DEVICE);
            return Syscalls.fd(call(BPF_PROG_LOAD, attr), "bpf(2) BPF_PROG_LOAD", "device rules");
        }
    }

    /// Attaches it to a group of cgroup v2.
    ///
    /// @param flags BPF_F_ALLOW_OVERRIDE, BPF_F_ALLOW_MULTI; others are left out
    public static void attach(Fd group, Fd program, int flags) {
        attachment(BPF_PROG_ATTACH, group, program, flags & (BPF_F_ALLOW_OVERRIDE | BPF_F_ALLOW_MULTI));
    }

    /// Detaches it.
    public static void detach(Fd group, Fd program) {
        attachment(BPF_PROG_DETACH, group, program, 0);
    }

    private static void attachment(int command, Fd group, Fd program, int flags) {
        try (var scratch = Scratch.borrow()) {
            var attr = scratch.allocate(ATTR_SIZE);
            attr.fill((byte) 0);
            attr.set(ValueLayout.JAVA_INT, 0, Syscalls.number(group));
            attr.set(ValueLayout.JAVA_INT, 4, Syscalls.number(program));
            attr.set(ValueLayout.JAVA_INT, 8, BPF_CGROUP_DEVICE);
            attr.set(ValueLayout.JAVA_INT, 12, flags);
            Syscalls.check(call(command, attr), "bpf(2)", group.what());
        }
    }

    private static long call(int command, MemorySegment attr) {
        return Syscalls.syscall(SyscallNumber.bpf, command, attr.address(), ATTR_SIZE);
    }
}
