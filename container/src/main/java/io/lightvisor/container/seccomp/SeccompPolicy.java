package io.lightvisor.container.seccomp;

import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A policy as liblxc reads it (`raw.seccomp`), compiled for seccomp(2):
///
///     2                                          version; 1 is a bare list of numbers to allow
///     denylist errno 38                          or allowlist; what a rule without an action does
///     [all]                                      or the name of an architecture
///     kexec_load                                 a call
///     umount2 errno 13 [1,1,SCMP_CMP_MASKED_EQ,1]   under a condition on an argument, counted from 0
///
/// What no rule names is allowed by a denylist and kills by an allowlist.
public final class SeccompPolicy {
    private static final int KILL = 0;
    private static final int TRAP = 0x00030000;
    private static final int ERRNO = 0x00050000;
    private static final int X32_BIT = 0x40000000;

    private enum Comparison {
        NE,
        LT,
        LE,
        EQ,
        GE,
        GT,
        MASKED_EQ
    }

    /// @param mask of MASKED_EQ
    private record Condition(int index, long value, Comparison comparison, long mask) {}

    private record Rule(String name, int number, int action, List<Condition> conditions) {}

    private final List<Rule> native64 = new ArrayList<>();
    private final List<Rule> compat32 = new ArrayList<>();
    private boolean allowList;
    private int usual = KILL;

    private SeccompPolicy() {}

    /// Compiles.
    ///
    /// @throws ProblemException naming the line that is not understood
    public static byte[] compile(Abi abi, String text) {
        var policy = new SeccompPolicy();
        policy.read(abi, text.split("\n", -1));
        int otherwise = policy.allowList ? KILL : DenyList.ALLOW;
        var program = new Bpf().load(Bpf.ARCH);
        section(program, abi, policy.native64, otherwise);
        if (abi == Abi.X86_64) {
            section(program, Abi.I386, policy.compat32, otherwise);
        }
        return program.answer(DenyList.NOT_THERE).toBytes();
    }

    // ---- reading

    private void read(Abi abi, String[] lines) {
        if (lines.length < 2) {
            throw bad(1, lines[0], "a policy begins with its version, then allowlist or denylist");
        }
        boolean first = lines[0].strip().equals("1");
        if (!first && !lines[0].strip().equals("2")) {
            throw bad(1, lines[0], "the version is 1 or 2");
        }
        kind(lines[1]);
        boolean to64 = true;
        boolean to32 = true;
        for (int i = 2; i < lines.length; i++) {
            String line = lines[i].indexOf('#') < 0 ? lines[i] : lines[i].substring(0, lines[i].indexOf('#'));
            line = line.strip();
            if (line.isEmpty()) {
                continue;
            }
            if (line.startsWith("[") && line.endsWith("]")) {
                String section = line.substring(1, line.length() - 1).toLowerCase(Locale.ROOT);
                to64 = section.equals("all") || names(abi).contains(section);
                to32 = section.equals("all")
                        || abi == Abi.X86_64 && names(Abi.I386).contains(section);
                continue;
            }
            for (Rule rule : rules(i + 1, line, first)) {
                if (to64) {
                    native64.add(rule);
                }
                if (to32) {
                    compat32.add(rule);
                }
            }
        }
    }

    private void kind(String line) {
        String[] words = line.strip().split("\\s+");
        switch (words[0]) {
            case "allowlist", "whitelist" -> {
                allowList = true;
                usual = DenyList.ALLOW;
            }
            case "denylist", "blacklist" -> usual = words.length > 1 ? action(2, line, words, 1) : KILL;
            default -> throw bad(2, line, "it is allowlist or denylist");
        }
    }

    private static List<String> names(Abi abi) {
        return switch (abi) {
            case X86_64 -> List.of("x86_64", "amd64");
            case I386 -> List.of("x86", "i386");
            case AARCH64 -> List.of("arm64", "aarch64");
        };
    }

    private List<Rule> rules(int number, String line, boolean first) {
        if (first) {
            try {
                return List.of(new Rule("", Integer.parseInt(line), usual, List.of()));
            } catch (NumberFormatException e) {
                throw bad(number, line, "version 1 lists numbers");
            }
        }
        int bracket = line.indexOf('[');
        String head = bracket < 0 ? line : line.substring(0, bracket).strip();
        String[] words = head.split("\\s+");
        if (words[0].equals("reject_force_umount")) {
            // liblxc's word for what must not be done to file systems of others.
            return List.of(
                    new Rule("umount2", -1, DenyList.NO_ACCESS, List.of(new Condition(1, 1, Comparison.MASKED_EQ, 1))));
        }
        if (SyscallTable.find(words[0]).isEmpty()) {
            throw bad(number, line, "no kernel knows the system call");
        }
        int action = words.length > 1 ? action(number, line, words, 1) : usual;
        return List.of(new Rule(
                words[0], -1, action, bracket < 0 ? List.of() : conditions(number, line, line.substring(bracket))));
    }

    private static int action(int number, String line, String[] words, int at) {
        return switch (words[at]) {
            case "allow" -> DenyList.ALLOW;
            case "kill" -> KILL;
            case "trap" -> TRAP;
            case "errno" -> {
                try {
                    yield ERRNO | Integer.parseInt(words[at + 1]) & 0xFFF;
                } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                    throw bad(number, line, "errno is followed by a number");
                }
            }
            case "notify" -> throw bad(number, line, "calls are handed to the server by security.syscalls.intercept.*");
            default -> throw bad(number, line, "an action is allow, kill, trap or errno N");
        };
    }

    private static List<Condition> conditions(int number, String line, String text) {
        var found = new ArrayList<Condition>();
        for (String each : text.split("]", -1)) {
            String inner = each.strip();
            inner = inner.startsWith(",") ? inner.substring(1).strip() : inner;
            if (inner.isEmpty()) {
                continue;
            }
            String[] parts = inner.substring(inner.startsWith("[") ? 1 : 0).split(",", -1);
            try {
                int index = Integer.parseInt(parts[0].strip());
                var comparison = Comparison.valueOf(parts[2].strip().replaceFirst("^SCMP_CMP_", ""));
                if (index < 0 || index > 5) {
                    throw new IllegalArgumentException();
                }
                long value = Long.decode(parts[1].strip());
                // liblxc has the value first and the mask behind the comparison.
                long mask = parts.length > 3 ? Long.decode(parts[3].strip()) : -1;
                found.add(new Condition(index, value, comparison, mask));
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                throw bad(
                        number,
                        line,
                        "a condition is [INDEX,VALUE,SCMP_CMP_EQ] or one of NE, LT, LE, GE, GT, MASKED_EQ");
            }
        }
        return found;
    }

    private static ProblemException bad(int number, String line, String why) {
        return Problem.badValue("line " + number + " of raw.seccomp", line.strip(), why)
                .exception();
    }

    // ---- writing

    private static void section(Bpf program, Abi abi, List<Rule> rules, int otherwise) {
        var body = new Bpf().load(Bpf.NUMBER);
        if (abi == Abi.X86_64) {
            body.unlessAtLeast(X32_BIT, 1).answer(DenyList.NOT_THERE);
        }
        for (Rule rule : rules) {
            int number = rule.name().isEmpty()
                    ? rule.number()
                    : SyscallTable.number(rule.name(), abi).orElse(-1);
            if (number >= 0) {
                rule(body, number, rule);
            }
        }
        body.answer(otherwise);
        program.ifEqual(abi.auditArch(), 1).jump(body.length()).append(body);
    }

    /// A condition that does not hold leads to the end of the rule, where the number is loaded again.
    private static void rule(Bpf body, int number, Rule rule) {
        if (rule.conditions().isEmpty()) {
            body.unlessEqual(number, 1).answer(rule.action());
            return;
        }
        int left = 1;
        for (Condition condition : rule.conditions()) {
            left += length(condition.comparison());
        }
        body.unlessEqual(number, left + 1);
        for (Condition condition : rule.conditions()) {
            left -= length(condition.comparison());
            condition(body, condition, left);
        }
        body.answer(rule.action()).load(Bpf.NUMBER);
    }

    private static int length(Comparison comparison) {
        return switch (comparison) {
            case EQ, NE -> 4;
            case GE, GT, LE, LT -> 5;
            case MASKED_EQ -> 6;
        };
    }

    /// Arguments are 64 bits, the machine of the filter has 32: the high half first.
    ///
    /// @param out instructions behind this condition up to the end of the rule
    private static void condition(Bpf body, Condition c, int out) {
        int high = (int) (c.value() >>> 32);
        int low = (int) c.value();
        int from = Bpf.argument(c.index());
        switch (c.comparison()) {
            case EQ -> body.load(from + 4).unlessEqual(high, out + 2).load(from).unlessEqual(low, out);
            case NE -> body.load(from + 4).unlessEqual(high, 2).load(from).ifEqual(low, out);
            case MASKED_EQ ->
                body.load(from + 4)
                        .and((int) (c.mask() >>> 32))
                        .unlessEqual((int) ((c.value() & c.mask()) >>> 32), out + 3)
                        .load(from)
                        .and((int) c.mask())
                        .unlessEqual((int) (c.value() & c.mask()), out);
            case GE, GT -> {
                body.load(from + 4).ifAbove(high, 3).unlessEqual(high, out + 2).load(from);
                if (c.comparison() == Comparison.GE) {
                    body.unlessAtLeast(low, out);
                } else {
                    body.unlessAbove(low, out);
                }
            }
            case LT, LE -> {
                body.load(from + 4).ifAbove(high, out + 3).unlessEqual(high, 2).load(from);
                if (c.comparison() == Comparison.LT) {
                    body.ifAtLeast(low, out);
                } else {
                    body.ifAbove(low, out);
                }
            }
        }
    }
}
