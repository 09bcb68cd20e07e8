package io.lightvisor.model.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScheduleTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            @hourly           | 2026-01-02T03:04:05 | 2026-01-02T04:00
            @daily            | 2026-01-02T03:04:05 | 2026-01-03T00:00
            @weekly           | 2026-01-02T03:04:05 | 2026-01-04T00:00
            @monthly          | 2026-01-02T03:04:05 | 2026-02-01T00:00
            @yearly           | 2026-01-02T03:04:05 | 2027-01-01T00:00
            */15 * * * *      | 2026-01-02T03:04:05 | 2026-01-02T03:15
            5 4 * * sun       | 2026-01-02T03:04:05 | 2026-01-04T04:05
            0 0 13 * fri      | 2026-01-03T00:00:00 | 2026-01-09T00:00
            0 0 29 feb *      | 2026-01-02T03:04:05 | 2028-02-29T00:00
            0 22-23 * * 1-5   | 2026-01-02T23:30:00 | 2026-01-05T22:00
            59 23 31 12 *     | 2026-12-31T23:58:00 | 2026-12-31T23:59
            """)
    void next_expressions(String schedule, LocalDateTime from, LocalDateTime next) {
        assertEquals(Optional.of(next), Schedule.parse(schedule).next(from));
    }

    @Test
    void next_severalExpressions() {
        var schedule = Schedule.parse("0 0 * * *, 5 5 * * *");
        assertEquals(
                Optional.of(LocalDateTime.parse("2026-01-02T05:05")),
                schedule.next(LocalDateTime.parse("2026-01-02T01:00")));
    }

    @Test
    void next_neverAndAtStartup() {
        assertEquals(Optional.empty(), Schedule.parse("@never").next(LocalDateTime.parse("2026-01-02T01:00")));
        assertTrue(Schedule.parse("@startup, @daily").atStartup());
        assertEquals(Optional.empty(), Schedule.parse("0 0 31 2 *").next(LocalDateTime.parse("2026-01-02T01:00")));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            1d,    2026-01-03T03:04:05Z
            2H,    2026-01-02T05:04:05Z
            1m,    2026-02-02T03:04:05Z
            1y 1M, 2027-01-02T03:05:05Z
            1w 1S, 2026-01-09T03:04:06Z
            """)
    void after_expiries(String expiry, Instant end) {
        assertEquals(end, Expiry.parse(expiry).after(Instant.parse("2026-01-02T03:04:05Z")));
    }

    @Test
    void parse_cpuLimits() {
        assertEquals(new CpuLimit.Count(4), CpuLimit.parse("4"));
        assertEquals(new CpuLimit.Pinned(new TreeSet<>(java.util.List.of(1))), CpuLimit.parse("1-1"));
        assertEquals(new CpuLimit.Pinned(new TreeSet<>(java.util.List.of(0, 1, 2, 5))), CpuLimit.parse("0-2,5"));
    }

    @Test
    void parse_idmaps() {
        assertEquals(
                java.util.List.of(
                        new RawIdmap.Line(true, true, 1000, 500, 1), new RawIdmap.Line(true, false, 10, 20, 6)),
                RawIdmap.parse("both 1000 500\n\nuid 10-15 20-25\n").lines());
    }
}
