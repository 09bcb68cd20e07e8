package io.lightvisor.linux.cgroup;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.SyscallNumber;
import io.lightvisor.linux.Syscalls;
import io.lightvisor.linux.fs.DirFd;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Device rules for version 2: a program of type BPF_PROG_TYPE_CGROUP_DEVICE, assembled here and attached to
/// the group. The kernel runs it at each open and mknod with "struct bpf_cgroup_dev_ctx" (access and kind,
/// major, minor); 1 allows. Source: bpf(2), include/uapi/linux/bpf.h.
final class DeviceProgram {
    private static final int BPF_PROG_LOAD = 5;
    private static final int BPF_PROG_ATTACH = 8;
    private static final int BPF_PROG_DETACH = 9;
    private static final int BPF_PROG_GET_FD_BY_ID = 13;
    private static final int BPF_PROG_QUERY = 16;
    private static final int BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    private static final int BPF_CGROUP_DEVICE = 6;
    private static final int BPF_F_ALLOW_MULTI = 2;
    private static final int ATTR_SIZE = 128;
    private static final int LOG_SIZE = 65536;
    private static final int MOST_PROGRAMS = 64;

    private static final int KIND_BLOCK = 1;
    private static final int KIND_CHARACTER = 2;
    private static final int ACCESS_MAKE = 1;
    private static final int ACCESS_READ = 2;
    private static final int ACCESS_WRITE = 4;

    // Registers: 1 the context, 2 the kind, 3 the access asked for, 4 major, 5 minor, 6 for working.
    private static final int LOAD_WORD = 0x61;
    private static final int MOVE_REGISTER = 0xbf;
    private static final int MOVE_VALUE = 0xb7;
    private static final int AND_VALUE_32 = 0x54;
    private static final int SHIFT_RIGHT_32 = 0x74;
    private static final int JUMP_IF_NOT_EQUAL = 0x56;
    private static final int EXIT = 0x95;
    private static final int JUMP_IF_EQUAL = 0x16;

    private DeviceProgram() {}

    /// Attaches a program for the rules, then detaches those that were there. In between both must agree, so
    /// that no device is open to the group that neither allows.
    static void attach(Path directory, List<DeviceRule> rules) {
        try (var group = DirFd.open(directory);
                var program = load(assemble(rules))) {
            var before = attached(group.fd());
            try (var scratch = Scratch.borrow()) {
                var attr = attachment(scratch, group.fd(), program);
                attr.set(ValueLayout.JAVA_INT, 12, BPF_F_ALLOW_MULTI);
                bpf(BPF_PROG_ATTACH, attr, "attach device rules to " + directory);
            }
            for (int id : before) {
                detach(group.fd(), id);
            }
        }
    }

    /// The program: rules from last to first, the first that fits decides; none fits, none allowed.
    static long[] assemble(List<DeviceRule> rules) {
        var code = new ArrayList<Long>();
        code.add(instruction(LOAD_WORD, 2, 1, 0, 0));
        code.add(instruction(MOVE_REGISTER, 3, 2, 0, 0));
        code.add(instruction(AND_VALUE_32, 2, 0, 0, 0xFFFF));
        code.add(instruction(SHIFT_RIGHT_32, 3, 0, 0, 16));
        code.add(instruction(LOAD_WORD, 4, 1, 4, 0));
        code.add(instruction(LOAD_WORD, 5, 1, 8, 0));
        for (int i = rules.size() - 1; i >= 0; i--) {
            if (fitsAll(rules.get(i))) {
                // What comes behind it could not be reached, which the verifier refuses.
                code.add(instruction(MOVE_VALUE, 0, 0, 0, rules.get(i).allow() ? 1 : 0));
                code.add(instruction(EXIT, 0, 0, 0, 0));
                return array(code);
            }
            addRule(rules.get(i), code);
        }
        code.add(instruction(MOVE_VALUE, 0, 0, 0, 0));
        code.add(instruction(EXIT, 0, 0, 0, 0));
        return array(code);
    }

    private static boolean fitsAll(DeviceRule rule) {
        return rule.kind() == DeviceRule.Kind.ALL
                && rule.major().isEmpty()
                && rule.minor().isEmpty()
                && rule.read()
                && rule.write()
                && rule.make();
    }

    private static long[] array(List<Long> code) {
        return code.stream().mapToLong(Long::longValue).toArray();
    }

    private static void addRule(DeviceRule rule, List<Long> code) {
        var tests = new ArrayList<int[]>(); // operation, register, value
        switch (rule.kind()) {
            case BLOCK -> tests.add(new int[] {JUMP_IF_NOT_EQUAL, 2, KIND_BLOCK});
            case CHARACTER -> tests.add(new int[] {JUMP_IF_NOT_EQUAL, 2, KIND_CHARACTER});
            case ALL -> {}
        }
        rule.major().ifPresent(major -> tests.add(new int[] {JUMP_IF_NOT_EQUAL, 4, major}));
        rule.minor().ifPresent(minor -> tests.add(new int[] {JUMP_IF_NOT_EQUAL, 5, minor}));
        int access =
                (rule.make() ? ACCESS_MAKE : 0) | (rule.read() ? ACCESS_READ : 0) | (rule.write() ? ACCESS_WRITE : 0);
        // An allowing rule must grant all that is asked for; a denying one refuses any of it.
        int mask = rule.allow() ? ~access & 7 : access;
        int length = tests.size() + (mask == 0 ? 0 : 3) + 2;
        int left = length;
        for (var test : tests) {
            left--;
            code.add(instruction(test[0], test[1], 0, left, test[2]));
        }
        if (mask != 0) {
            code.add(instruction(MOVE_REGISTER, 6, 3, 0, 0));
            code.add(instruction(AND_VALUE_32, 6, 0, 0, mask));
            int skip = rule.allow() ? JUMP_IF_NOT_EQUAL : JUMP_IF_EQUAL;
            code.add(instruction(skip, 6, 0, 2, 0));
        } else if (!rule.allow()) {
            // Denies no access at all: it can never fit.
            for (int i = 0; i < tests.size(); i++) {
                code.removeLast();
            }
            return;
        }
        code.add(instruction(MOVE_VALUE, 0, 0, 0, rule.allow() ? 1 : 0));
        code.add(instruction(EXIT, 0, 0, 0, 0));
    }

    /// "struct bpf_insn": code 8 bits, destination 4, source 4, offset 16, value 32, in the host's order.
    private static long instruction(int operation, int destination, int source, int offset, int value) {
        return (operation & 0xFFL)
                | ((long) (destination & 0xF) << 8)
                | ((long) (source & 0xF) << 12)
                | ((long) (offset & 0xFFFF) << 16)
                | ((long) value << 32);
    }

    private static Fd load(long[] code) {
        try (var scratch = Scratch.borrow()) {
            var instructions = scratch.allocate(code.length * 8L);
            for (int i = 0; i < code.length; i++) {
                instructions.set(ValueLayout.JAVA_LONG, i * 8L, code[i]);
            }
            var attr = scratch.allocate(ATTR_SIZE);
            attr.set(ValueLayout.JAVA_INT, 0, BPF_PROG_TYPE_CGROUP_DEVICE);
            attr.set(ValueLayout.JAVA_INT, 4, code.length);
            attr.set(ValueLayout.JAVA_LONG, 8, instructions.address());
            attr.set(ValueLayout.JAVA_LONG, 16, scratch.text("Apache-2.0"));
            attr.set(ValueLayout.JAVA_INT, 68, BPF_CGROUP_DEVICE);
            long result = call(BPF_PROG_LOAD, attr);
            if (result < 0) {
                throw rejected(scratch, attr, result);
            }
            return Syscalls.adopt((int) result, "device rules");
        }
    }

    /// Loads again with a log, to say why the verifier refuses.
    private static SyscallException rejected(Scratch scratch, MemorySegment attr, long result) {
        var log = scratch.allocate(LOG_SIZE);
        attr.set(ValueLayout.JAVA_INT, 24, 1);
        attr.set(ValueLayout.JAVA_INT, 28, LOG_SIZE);
        attr.set(ValueLayout.JAVA_LONG, 32, log.address());
        call(BPF_PROG_LOAD, attr);
        var text = log.getString(0, StandardCharsets.US_ASCII).strip();
        return new SyscallException("bpf(2) BPF_PROG_LOAD", "device rules", Errno.of((int) -result), text);
    }

    private static List<Integer> attached(Fd group) {
        try (var scratch = Scratch.borrow()) {
            var ids = scratch.allocate(MOST_PROGRAMS * 4);
            var attr = scratch.allocate(ATTR_SIZE);
            attr.set(ValueLayout.JAVA_INT, 0, Syscalls.number(group));
            attr.set(ValueLayout.JAVA_INT, 4, BPF_CGROUP_DEVICE);
            attr.set(ValueLayout.JAVA_LONG, 16, ids.address());
            attr.set(ValueLayout.JAVA_INT, 24, MOST_PROGRAMS);
            bpf(BPF_PROG_QUERY, attr, "device rules");
            int count = attr.get(ValueLayout.JAVA_INT, 24);
            var found = new ArrayList<Integer>(count);
            for (int i = 0; i < count; i++) {
                found.add(ids.get(ValueLayout.JAVA_INT, i * 4L));
            }
            return found;
        }
    }

    private static void detach(Fd group, int id) {
        try (var scratch = Scratch.borrow()) {
            var attr = scratch.allocate(ATTR_SIZE);
            attr.set(ValueLayout.JAVA_INT, 0, id);
            try (var program = Syscalls.fd(call(BPF_PROG_GET_FD_BY_ID, attr), "bpf(2)", "device rules " + id)) {
                bpf(BPF_PROG_DETACH, attachment(scratch, group, program), "detach device rules " + id);
            }
        }
    }

    private static MemorySegment attachment(Scratch scratch, Fd group, Fd program) {
        var attr = scratch.allocate(ATTR_SIZE);
        attr.set(ValueLayout.JAVA_INT, 0, Syscalls.number(group));
        attr.set(ValueLayout.JAVA_INT, 4, Syscalls.number(program));
        attr.set(ValueLayout.JAVA_INT, 8, BPF_CGROUP_DEVICE);
        return attr;
    }

    private static void bpf(int command, MemorySegment attr, String subject) {
        Syscalls.check(call(command, attr), "bpf(2)", subject);
    }

    private static long call(int command, MemorySegment attr) {
        return Syscalls.syscall(SyscallNumber.bpf, command, attr.address(), ATTR_SIZE);
    }
}
