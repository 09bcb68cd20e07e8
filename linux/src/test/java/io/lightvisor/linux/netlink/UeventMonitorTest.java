package io.lightvisor.linux.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UeventMonitorTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            add@/devices/x|ACTION=add|MAJOR=189|MINOR=1, true
            remove@/devices/x|ACTION=remove|MAJOR=189|MINOR=1, true
            change@/devices/x|ACTION=change|MAJOR=189, false
            add@/devices/x|ACTION=add|SUBSYSTEM=net, false
            """)
    void isNews_ofNodesThatComeOrGo(String message, boolean news) {
        assertEquals(news, UeventMonitor.isNews(message.replace('|', '\0')));
    }
}
