package io.lightvisor.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.linux.netlink.IpAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PortForwardsTest {
    private static String rules(boolean udp, String listen, String connect) {
        return PortForwards.rules(
                List.of(new PortForward(udp, IpAddress.parse(listen), 8080, IpAddress.parse(connect), 80)));
    }

    @Test
    void rules_none() {
        assertEquals("", PortForwards.rules(List.of()));
    }

    @Test
    void rules_forWhatComesAndWhatTheHostSends() {
        String rules = rules(false, "192.0.2.1", "10.1.1.2");
        String rule = "ip daddr 192.0.2.1 tcp dport 8080 dnat ip to 10.1.1.2:80";
        assertEquals(2, rules.lines().filter(line -> line.strip().equals(rule)).count(), rules);
        assertTrue(rules.contains("ip saddr 10.1.1.2 ip daddr 10.1.1.2 tcp dport 80 masquerade"), rules);
    }

    @Test
    void rules_ipv6InBrackets() {
        assertTrue(rules(true, "2001:db8::1", "fd00::2")
                .contains("ip6 daddr 2001:db8::1 udp dport 8080 dnat ip6 to [fd00::2]:80"));
    }

    @Test
    void rules_fromLoopback() {
        assertTrue(rules(false, "127.0.0.1", "10.1.1.2")
                .contains("ip saddr 127.0.0.0/8 ip daddr 10.1.1.2 tcp dport 80 masquerade"));
    }
}
