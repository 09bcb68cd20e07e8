package io.lightvisor.container.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.model.ProblemException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Runs the programs as the kernel would, on calls made up for the purpose.
final class DenyListTest {
    private static final int ALLOW = DenyList.ALLOW;
    private static final int ENOSYS = DenyList.NOT_THERE;
    private static final int EACCES = DenyList.NO_ACCESS;

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, textBlock = """
            ABI,     NUMBER, FLAGS, ANSWER
            X86_64,  0,      0,     ALLOW
            X86_64,  246,    0,     ENOSYS
            X86_64,  320,    0,     ENOSYS
            X86_64,  304,    0,     ENOSYS
            X86_64,  175,    0,     ENOSYS
            X86_64,  313,    0,     ENOSYS
            X86_64,  176,    0,     ENOSYS
            X86_64,  166,    0,     ALLOW
            X86_64,  166,    2,     ALLOW
            X86_64,  166,    1,     EACCES
            X86_64,  166,    3,     EACCES
            X86_64,  1073741824, 0, ENOSYS
            I386,    128,    0,     ENOSYS
            I386,    52,     1,     EACCES
            I386,    52,     0,     ALLOW
            I386,    22,     1,     ALLOW
            I386,    246,    0,     ALLOW
            AARCH64, 0,      0,     ENOSYS
            """)
    void compile_defaults(Abi abi, int number, int flags, String answer) {
        var program = DenyList.compile(Abi.X86_64, true, false, List.of(), List.of());
        assertEquals(expected(answer), run(program, abi, number, flags).action());
    }

    @ParameterizedTest
    @CsvSource({"39,1,EACCES", "39,0,ALLOW", "273,0,ENOSYS", "63,0,ALLOW"})
    void compile_onAarch64(int number, int flags, String answer) {
        var program = DenyList.compile(Abi.AARCH64, true, false, List.of(), List.of());
        assertEquals(expected(answer), run(program, Abi.AARCH64, number, flags).action());
    }

    @Test
    void compile_defaults_allowsByNumberAlone() {
        var program = DenyList.compile(Abi.X86_64, true, false, List.of(), List.of());
        for (int number = 0; number < 470; number++) {
            var outcome = run(program, Abi.X86_64, number, 0);
            assertTrue(!outcome.sawArguments() || number == 166, "call " + number + " loads an argument");
        }
    }

    @Test
    void compile_noCompat_denies32Bit() {
        var program = DenyList.compile(Abi.X86_64, false, true, List.of(), List.of());
        assertEquals(ENOSYS, run(program, Abi.I386, 3, 0).action());
        assertEquals(ALLOW, run(program, Abi.X86_64, 3, 0).action());
    }

    @Test
    void compile_deny_byName() {
        var program = DenyList.compile(Abi.X86_64, true, false, List.of("mkdir", "keyctl errno 1", ""), List.of());
        assertEquals(ENOSYS, run(program, Abi.X86_64, 83, 0).action());
        assertEquals(ENOSYS, run(program, Abi.I386, 39, 0).action());
        assertEquals(0x00050001, run(program, Abi.X86_64, 250, 0).action());
        assertEquals(ALLOW, run(program, Abi.X86_64, 84, 0).action());
    }

    @Test
    void compile_allow_deniesTheRest() {
        var program = DenyList.compile(Abi.X86_64, true, false, List.of(), List.of("read", "write", "finit_module"));
        assertEquals(ALLOW, run(program, Abi.X86_64, 0, 0).action());
        assertEquals(ENOSYS, run(program, Abi.X86_64, 2, 0).action());
        assertEquals(ENOSYS, run(program, Abi.X86_64, 313, 0).action());
    }

    @Test
    void compile_longList_jumpsOverIt() {
        var names = new java.util.ArrayList<String>();
        for (String name : List.of("mkdir", "rmdir", "link", "unlink", "mount")) {
            for (int i = 0; i < 60; i++) {
                names.add(name);
            }
        }
        var program = DenyList.compile(Abi.X86_64, true, false, names, List.of());
        assertEquals(ENOSYS, run(program, Abi.I386, 21, 0).action());
        assertEquals(ALLOW, run(program, Abi.I386, 20, 0).action());
    }

    @Test
    void compile_nothing_isEmpty() {
        assertEquals(0, DenyList.compile(Abi.X86_64, false, false, List.of(), List.of()).length);
    }

    @ParameterizedTest
    @CsvSource({"nonsense", "mkdir kill", "mkdir errno", "mkdir errno x", "mkdir errno 0"})
    void compile_badRule(String rule) {
        assertThrows(ProblemException.class, () -> DenyList.compile(Abi.X86_64, true, false, List.of(rule), List.of()));
    }

    @Test
    void table_knowsAllInterfaces() {
        assertEquals(OptionalInt.of(435), SyscallTable.number("clone3", Abi.I386));
        assertEquals(OptionalInt.of(257), SyscallTable.number("openat", Abi.X86_64));
        assertEquals(OptionalInt.of(56), SyscallTable.number("openat", Abi.AARCH64));
        assertEquals(OptionalInt.empty(), SyscallTable.number("open", Abi.AARCH64));
    }

    private static int expected(String answer) {
        return switch (answer) {
            case "ALLOW" -> ALLOW;
            case "ENOSYS" -> ENOSYS;
            default -> EACCES;
        };
    }

    private record Outcome(int action, boolean sawArguments) {}

    /// An interpreter of the few instructions there are.
    private static Outcome run(byte[] program, Abi abi, int number, int argument1) {
        var code = ByteBuffer.wrap(program).order(ByteOrder.nativeOrder());
        boolean sawArguments = false;
        int loaded = 0;
        int at = 0;
        while (true) {
            short operation = code.getShort(8 * at);
            int whenTrue = code.get(8 * at + 2) & 0xFF;
            int whenFalse = code.get(8 * at + 3) & 0xFF;
            int operand = code.getInt(8 * at + 4);
            at++;
            switch (operation) {
                case 0x20 -> {
                    sawArguments |= operand >= 16;
                    loaded = switch (operand) {
                        case 0 -> number;
                        case 4 -> abi.auditArch();
                        case 24 -> argument1;
                        default -> throw new AssertionError("load of offset " + operand);
                    };
                }
                case 0x05 -> at += operand;
                case 0x15 -> at += loaded == operand ? whenTrue : whenFalse;
                case 0x35 -> at += Integer.compareUnsigned(loaded, operand) >= 0 ? whenTrue : whenFalse;
                case 0x45 -> at += (loaded & operand) != 0 ? whenTrue : whenFalse;
                case 0x06 -> {
                    return new Outcome(operand, sawArguments);
                }
                default -> throw new AssertionError("instruction " + operation);
            }
        }
    }
}
