package io.lightvisor.container.seccomp;

import io.lightvisor.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Which system calls a container may not make, compiled to a program for seccomp(2).
///
/// A call that is denied answers `ENOSYS`, as on a kernel without it, so programs fall back as they would there. The
/// one
/// exception is umount2(2) with `MNT_FORCE`, which answers `EACCES`: it could cut connections of file systems that
/// others use.
/// Decisions that need the number only come without a load of arguments: the kernel (5.11 and later) keeps those
/// calls in
/// a bitmap and never runs the program for them.
///
///     by interface:   arch == X86_64 ? ... : arch == I386 ? ... : ENOSYS
///     in each:        number == finit_module ? ENOSYS : number == umount2 && argument 1 has MNT_FORCE ? EACCES :
///     allow
public final class DenyList {
    static final int ALLOW = 0x7FFF0000;
    private static final int ERRNO = 0x00050000;
    static final int NOT_THERE = ERRNO | 38;
    static final int NO_ACCESS = ERRNO | 13;

    private static final int MNT_FORCE = 1;
    private static final int X32_BIT = 0x40000000;

    /// Columns as in [Abi]: kexec_load, kexec_file_load, open_by_handle_at, init_module, finit_module, delete_module.
    private static final int[][] DEFAULT = {
        {246, 320, 304, 175, 313, 176},
        {283, -1, 342, 128, 350, 129},
        {104, 294, 265, 105, 273, 106},
    };
    private static final int[] UMOUNT2 = {166, 52, 39};

    private DenyList() {}

    /// Compiles.
    ///
    /// @param native64 the machine's own interface; on x86_64 the 32-bit one is covered as well
    /// @param defaults the built-in list
    /// @param noCompat no 32-bit calls at all
    /// @param deny     further calls by name, each perhaps with `errno N`
    /// @param allow    if not empty: these are the only calls that may be made
    /// @return instructions for seccomp(2); empty if nothing is denied
    /// @throws io.lightvisor.model.ProblemException for a name that no kernel knows
    public static byte[] compile(
            Abi native64, boolean defaults, boolean noCompat, List<String> deny, List<String> allow) {
        return compile(native64, defaults, noCompat, deny, allow, Set.of());
    }

    /// As above, with calls that a listener answers. Only those of the machine's own interface: the others have other
    /// structures.
    public static byte[] compile(
            Abi native64,
            boolean defaults,
            boolean noCompat,
            List<String> deny,
            List<String> allow,
            Set<Interception> asked) {
        List<Rule> rules = rules(deny);
        List<Rule> allowed = rules(allow);
        if (!defaults && !noCompat && rules.isEmpty() && allowed.isEmpty() && asked.isEmpty()) {
            return new byte[0];
        }
        var program = new Bpf().load(Bpf.ARCH);
        section(program, native64, forAbi(native64, defaults, rules, allowed, asked));
        if (native64 == Abi.X86_64 && !noCompat) {
            section(program, Abi.I386, forAbi(Abi.I386, defaults, rules, allowed, Set.of()));
        }
        return program.answer(NOT_THERE).toBytes();
    }

    /// A user's list can be longer than a conditional jump reaches, so the section is skipped by a plain one.
    private static void section(Bpf program, Abi abi, Bpf body) {
        program.ifEqual(abi.auditArch(), 1).jump(body.length()).append(body);
    }

    private static Bpf forAbi(Abi abi, boolean defaults, List<Rule> deny, List<Rule> allow, Set<Interception> asked) {
        var body = new Bpf().load(Bpf.NUMBER);
        if (abi == Abi.X86_64) {
            // x32 has numbers of its own for the same calls; nobody uses it, so it is not there.
            body.unlessAtLeast(X32_BIT, 1).answer(NOT_THERE);
        }
        for (Rule rule : deny) {
            answer(body, abi, rule, rule.action());
        }
        if (defaults) {
            for (int number : DEFAULT[abi.column()]) {
                if (number >= 0) {
                    body.unlessEqual(number, 1).answer(NOT_THERE);
                }
            }
            body.unlessEqual(UMOUNT2[abi.column()], 4)
                    .load(Bpf.argument(1))
                    .unlessAnyBit(MNT_FORCE, 1)
                    .answer(NO_ACCESS)
                    .answer(ALLOW);
        }
        AskRules.write(body, abi, asked);
        for (Rule rule : allow) {
            answer(body, abi, rule, ALLOW);
        }
        return body.answer(allow.isEmpty() ? ALLOW : NOT_THERE);
    }

    private static void answer(Bpf body, Abi abi, Rule rule, int action) {
        SyscallTable.number(rule.name(), abi)
                .ifPresent(number -> body.unlessEqual(number, 1).answer(action));
    }

    private record Rule(String name, int action) {}

    private static List<Rule> rules(List<String> lines) {
        var rules = new ArrayList<Rule>(lines.size());
        for (String line : lines) {
            String[] words = line.strip().split("\\s+");
            if (words[0].isEmpty()) {
                continue;
            }
            if (SyscallTable.find(words[0]).isEmpty()) {
                throw Problem.badValue("system call", words[0], "no kernel knows it")
                        .exception();
            }
            rules.add(new Rule(words[0], action(line, words)));
        }
        return rules;
    }

    private static int action(String line, String[] words) {
        if (words.length == 1) {
            return NOT_THERE;
        }
        if (words.length == 3 && words[1].equals("errno")) {
            try {
                int errno = Integer.parseInt(words[2]);
                if (errno > 0 && errno < 4096) {
                    return ERRNO | errno;
                }
            } catch (NumberFormatException e) {
                // Told below, like every other line that is not understood.
            }
        }
        throw Problem.badValue("system call rule", line, "a rule is a name, or a name with \"errno\" and a number")
                .exception();
    }
}
