package io.lightvisor.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirewallTest {
    private final Firewall firewall = new Firewall("t");

    private static BridgeConfig bridge(Map<String, String> config) {
        return BridgeConfig.of(BridgeRulesTest.network(config));
    }

    private String batch(Map<String, String> config) {
        return firewall.batch(List.of(bridge(config)));
    }

    @Test
    void batch_replacesTheTable() {
        String batch = batch(Map.of("ipv4.address", "10.1.2.1/24", "ipv4.nat", "true"));
        assertTrue(
                batch.startsWith("table inet lightvisor_t\ndelete table inet lightvisor_t\ntable inet lightvisor_t {"));
        assertTrue(batch.contains("\t\tip saddr 10.1.2.0/24 ip daddr != 10.1.2.0/24 masquerade\n"));
        assertTrue(batch.contains("meta nfproto ipv4 iifname \"netbad0\" accept"));
        assertFalse(batch.contains("nfproto ipv6"));
        assertFalse(batch.contains("postrouting_last"));
    }

    @Test
    void batch_withSourceAddressLast() {
        String batch = batch(Map.of(
                "ipv4.address",
                "10.1.2.1/24",
                "ipv4.nat",
                "true",
                "ipv4.nat.address",
                "10.0.0.1",
                "ipv4.nat.order",
                "after"));
        assertTrue(batch.contains("chain postrouting_last"));
        assertTrue(batch.contains("snat ip to 10.0.0.1"));
    }

    @Test
    void batch_withoutRouting() {
        String batch = batch(Map.of("ipv4.address", "10.1.2.1/24", "ipv4.routing", "false"));
        assertTrue(batch.contains("oifname \"netbad0\" reject with icmp port-unreachable"));
        assertFalse(batch.contains("masquerade"));
    }

    @Test
    void batch_withoutFirewall() {
        String batch = batch(Map.of("ipv4.address", "10.1.2.1/24", "ipv4.firewall", "false", "ipv4.nat", "true"));
        assertFalse(batch.contains("chain input"));
        assertTrue(batch.contains("masquerade"));
    }

    @Test
    void mark_tellsRulesApart() {
        var one = bridge(Map.of("ipv4.address", "10.1.2.1/24"));
        var two = bridge(Map.of("ipv4.address", "10.1.3.1/24", "ipv4.nat", "true"));
        assertEquals(firewall.mark(List.of(one)), firewall.mark(List.of(one)));
        assertNotEquals(firewall.mark(List.of(one)), firewall.mark(List.of(two)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\nb", "a*", "a\\b", "é", "a\u0000"})
    void quoted_whatCannotBeWritten(String text) {
        assertThrows(IllegalArgumentException.class, () -> Firewall.quoted(text));
    }
}
