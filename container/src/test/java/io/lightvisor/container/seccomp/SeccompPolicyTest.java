package io.lightvisor.container.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.model.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SeccompPolicyTest {
    private static final int ALLOW = DenyList.ALLOW;
    private static final int EPERM = 0x00050001;

    private static int run(String policy, int number, long... arguments) {
        return BpfMachine.run(SeccompPolicy.compile(Abi.X86_64, policy), Abi.X86_64, number, arguments);
    }

    @ParameterizedTest
    @CsvSource({
        "EQ, 5, 5, true",
        "EQ, 5, 4294967301, false",
        "EQ, 4294967301, 4294967301, true",
        "NE, 5, 5, false",
        "NE, 5, 6, true",
        "NE, 5, 4294967301, true",
        "GT, 5, 5, false",
        "GT, 5, 6, true",
        "GT, 5, 4294967296, true",
        "GE, 5, 5, true",
        "GE, 5, 4, false",
        "GE, 4294967296, 5, false",
        "LT, 5, 4, true",
        "LT, 5, 5, false",
        "LT, 5, 4294967296, false",
        "LT, 4294967296, 5, true",
        "LE, 5, 5, true",
        "LE, 5, 6, false",
    })
    void compile_condition(String comparison, long value, long argument, boolean holds) {
        String policy = "2\ndenylist\n[all]\nkill errno 1 [1," + value + ",SCMP_CMP_" + comparison + "]\nmkdir errno 1";
        assertEquals(holds ? EPERM : ALLOW, run(policy, 62, 0, argument));
        assertEquals(EPERM, run(policy, 83, 0, argument), "the rule behind it");
        assertEquals(ALLOW, run(policy, 0, 0, argument));
    }

    @Test
    void compile_maskedAndTwoConditions() {
        String policy = "2\nblacklist\n[x86_64]\nkill errno 1 [1,2,SCMP_CMP_MASKED_EQ,3] [0,7,SCMP_CMP_EQ]";
        assertEquals(EPERM, run(policy, 62, 7, 6));
        assertEquals(ALLOW, run(policy, 62, 8, 6));
        assertEquals(ALLOW, run(policy, 62, 7, 5));
        int kill32 = 37;
        assertEquals(
                ALLOW, BpfMachine.run(SeccompPolicy.compile(Abi.X86_64, policy), Abi.I386, kill32, 7, 6), "not [all]");
    }

    @Test
    void compile_lists() {
        assertEquals(ALLOW, run("2\nallowlist\n[all]\nread\n", 0));
        assertEquals(0, run("2\nwhitelist\n[all]\nread\n", 1));
        assertEquals(0, run("2\ndenylist\n[all]\nread\n", 0), "kills without an action");
        assertEquals(0x00050026, run("2\ndenylist errno 38\n[all]\nread\n", 0));
        assertEquals(ALLOW, run("1\nallowlist\n0\n1\n", 1));
        assertEquals(0, run("1\nallowlist\n0\n1\n", 2));
        assertEquals(DenyList.NO_ACCESS, run("2\ndenylist\n[all]\nreject_force_umount # comment\n", 166, 0, 1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            3~denylist              | line 1
            2~nolist                | line 2
            2~denylist~~nosuchcall  | line 4
            2~denylist~mkdir maybe  | line 3
            2~denylist~mkdir errno  | line 3
            2~denylist~mkdir notify | line 3
            2~denylist~mkdir errno 1 [9,1,SCMP_CMP_EQ] | line 3
            2                       | line 1
            """)
    void compile_whatItDoesNotUnderstand_isNamed(String policy, String line) {
        var e = assertThrows(
                ProblemException.class, () -> SeccompPolicy.compile(Abi.X86_64, policy.replace('~', '\n')));
        assertTrue(e.problem().what().contains(line), e.getMessage());
    }
}
