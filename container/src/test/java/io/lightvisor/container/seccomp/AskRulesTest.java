package io.lightvisor.container.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AskRulesTest {
    private static byte[] program(Set<Interception> asked) {
        return DenyList.compile(Abi.X86_64, true, false, List.of(), List.of(), asked);
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, textBlock = """
            CALL, A0, A1,    A2,    A3,   ASKED
            133,  0,  8612,  259,   0,    true
            133,  0,  25008, 259,   0,    true
            133,  0,  33188, 0,     0,    false
            133,  0,  4516,  0,     0,    false
            259,  0,  0,     8612,  259,  true
            188,  0,  0,     0,     1,    true
            188,  0,  0,     0,     5,    false
            189,  0,  0,     0,     1,    true
            165,  0,  0,     0,     0,    true
            165,  0,  0,     0,     1,    true
            165,  0,  0,     0,     4096, false
            165,  0,  0,     0,     32,   false
            165,  0,  0,     0,     262144, false
            321,  5,  0,     0,     0,    true
            321,  0,  0,     0,     0,    false
            144,  0,  0,     0,     0,    true
            99,   0,  0,     0,     0,    true
            1,    1,  1,     1,     1,    false
            """)
    void write_asksNarrowly(int call, long a0, long a1, long a2, long a3, boolean asked) {
        int answer = BpfMachine.run(program(EnumSet.allOf(Interception.class)), Abi.X86_64, call, a0, a1, a2, a3);
        assertEquals(asked ? Interception.ASK : DenyList.ALLOW, answer);
    }

    @Test
    void write_aListenerOfTheGuests_isRefused() {
        var program = program(EnumSet.of(Interception.SYSINFO));
        assertEquals(0x00050016, BpfMachine.run(program, Abi.X86_64, 317, 1, 8));
        assertEquals(DenyList.ALLOW, BpfMachine.run(program, Abi.X86_64, 317, 1, 4));
        assertEquals(DenyList.NOT_THERE, BpfMachine.run(program, Abi.X86_64, 313), "the deny list holds");
        assertEquals(DenyList.ALLOW, BpfMachine.run(program, Abi.X86_64, 133, 0, 8612), "not asked for");
    }

    @Test
    void asks_onlyWithARule() {
        assertTrue(Interception.asks(program(EnumSet.of(Interception.MKNOD))));
        assertFalse(Interception.asks(program(Set.of())));
        assertEquals("mknodat", Interception.callName(259));
        assertEquals("", Interception.callName(0));
    }
}
