package io.lightvisor.cli.out;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UnitsTest {
    @ParameterizedTest
    @CsvSource({"0,0B,0B", "999,999B,999B", "1016,1016B,1.02kB", "1040384,1016.00KiB,1.04MB", "1733296,1.65MiB,1.73MB"})
    void binaryAndDecimal(long bytes, String binary, String decimal) {
        assertEquals(binary, Units.binary(bytes));
        assertEquals(decimal, Units.decimal(bytes));
    }

    @Test
    void times_zeroAnd1970_areNever() {
        assertEquals("", Times.minute("0001-01-01T00:00:00Z"));
        assertEquals("", Times.minute("1970-01-01T00:00:00Z"));
        assertTrue(Times.minute("2026-06-01T12:00:00Z").startsWith("2026/06/0"));
    }

    @Test
    void naturalOrder() {
        assertTrue(NaturalOrder.compare("eth2", "eth10") < 0);
        assertTrue(NaturalOrder.compare("a", "b") < 0);
        assertTrue(NaturalOrder.compare("a01", "a1") == 0);
        assertTrue(NaturalOrder.compare("a", "a1") < 0);
    }
}
