package io.lightvisor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InstantTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1970-01-01T00:00:00Z",
                "2026-01-02T03:04:05.678901234Z",
                "2024-02-29T23:59:59.000000001Z",
                "0001-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999999999Z",
                "1969-12-31T23:59:59.5Z"
            })
    void print_comesBack(String text) {
        var moment = Instant.parse(text);
        assertEquals(moment, InstantText.parse(InstantText.print(moment)));
        assertEquals(moment, Instant.parse(InstantText.print(moment)), "others can read it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-01-02T03:04:05Z",
                "2026-01-02T03:04:05.67890123xZ",
                "2026-13-02T03:04:05.678901234Z",
                "2026-01-02 03:04:05.678901234Z"
            })
    void parse_otherText(String text) {
        assertThrows(DateTimeException.class, () -> InstantText.parse(text));
    }
}
