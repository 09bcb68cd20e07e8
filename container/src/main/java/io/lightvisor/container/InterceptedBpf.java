package io.lightvisor.container;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.cgroup.GivenDeviceProgram;
import io.lightvisor.linux.process.Pidfd;
import io.lightvisor.linux.seccomp.SeccompListener;
import io.lightvisor.linux.seccomp.SeccompListener.Call;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// bpf(2) for device rules of groups below the container's own (`security.syscalls.intercept.bpf.devices`): what a
/// container inside needs on cgroup v2. Rules can only take away: a device is open to a group if all groups above allow
/// it, and those are not the container's.
final class InterceptedBpf {
    private static final int PROG_LOAD = 5;
    private static final int PROG_ATTACH = 8;
    private static final int PROG_DETACH = 9;
    /// Up to the attributes that are looked at.
    private static final int LEAST = 16;

    private static final int MOST_INSTRUCTIONS = 4096;
    private static final int INSTRUCTION = 8;

    private final RunningContainer container;

    InterceptedBpf(RunningContainer container) {
        this.container = container;
    }

    /// Called for a caller that may administer the container.
    void answer(SeccompListener listener, Call call, CallerFacts caller, Fd memory) {
        int command = (int) call.argument(0);
        var bytes = new byte[LEAST];
        if (call.argument(2) < LEAST || memory.pread(bytes, call.argument(1)) != LEAST) {
            listener.proceed(call);
            return;
        }
        var attr = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        if (command == PROG_LOAD && GivenDeviceProgram.isLoad(attr.getInt(0))) {
            load(listener, call, memory, attr.getInt(4), attr.getLong(8));
        } else if ((command == PROG_ATTACH || command == PROG_DETACH)
                && GivenDeviceProgram.isAttachment(attr.getInt(8))) {
            attach(listener, call, caller, command == PROG_ATTACH, attr);
        } else {
            listener.proceed(call);
        }
    }

    private static void load(SeccompListener listener, Call call, Fd memory, int count, long address) {
        if (count <= 0 || count > MOST_INSTRUCTIONS) {
            throw new SyscallException("bpf(2)", "device rules", Errno.E2BIG);
        }
        var code = new byte[count * INSTRUCTION];
        if (memory.pread(code, address) != code.length) {
            throw new SyscallException("bpf(2)", "device rules", Errno.EFAULT);
        }
        InterceptedCalls.requireWaiting(listener, call);
        try (Fd program = GivenDeviceProgram.load(code)) {
            listener.answer(call, listener.give(call, program));
        }
    }

    private void attach(SeccompListener listener, Call call, CallerFacts caller, boolean attach, ByteBuffer attr) {
        try (var process = Pidfd.open(caller.process())) {
            InterceptedCalls.requireWaiting(listener, call);
            try (Fd group = process.takeDescriptor(attr.getInt(0));
                    Fd program = process.takeDescriptor(attr.getInt(4))) {
                if (!container.isOwnGroup(group)) {
                    throw new SyscallException("bpf(2)", "cgroup", Errno.EPERM);
                }
                if (attach) {
                    GivenDeviceProgram.attach(group, program, attr.getInt(12));
                } else {
                    GivenDeviceProgram.detach(group, program);
                }
            }
        }
        listener.answer(call, 0);
    }
}
