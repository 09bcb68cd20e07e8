package io.lightvisor.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.linux.process.CpuAffinity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CpuListTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0        | 0       | 1
            0-3,5    | 0-3,5   | 5
            5,0-1,2  | 0-2,5   | 4
            ''       | ''      | 0
            7-7      | 7       | 1
            """)
    void parse_lists(String text, String plain, int count) {
        var list = CpuList.parse(text).orElseThrow();
        assertEquals(plain, list.toString());
        assertEquals(count, list.count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "1-", "-1", "3-1", "1,,2", "1 2", "99999", "8192"})
    void parse_noList(String text) {
        assertTrue(CpuList.parse(text).isEmpty());
    }

    @Test
    void affinity_ofThisThread() {
        assertTrue(CpuAffinity.of(0).count() >= 1);
    }
}
