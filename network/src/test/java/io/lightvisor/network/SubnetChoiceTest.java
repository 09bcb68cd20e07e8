package io.lightvisor.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.model.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SubnetChoiceTest {
    private static HostView.Claim routed(String cidr) {
        return new HostView.Claim(Cidr.find(cidr).orElseThrow(), false, "eth0", "route to " + cidr + " by eth0");
    }

    private static HostView.Claim direct(String cidr) {
        return new HostView.Claim(Cidr.find(cidr).orElseThrow(), true, "eth0", "address " + cidr + " of eth0");
    }

    private static Cidr choose(long seed, HostView.Claim... claims) {
        return SubnetChoice.ipv4(new HostView(Set.of(), List.of(claims), true), new Random(seed));
    }

    @Test
    void ipv4_ofAnEmptyHost() {
        for (int seed = 0; seed < 100; seed++) {
            var chosen = choose(seed);
            assertTrue(chosen.toString().matches("10\\.\\d+\\.\\d+\\.1/24"), chosen.toString());
        }
    }

    @Test
    void ipv4_avoidsWhatIsThere() {
        for (int seed = 0; seed < 300; seed++) {
            var lower = direct("10.0.0.0/9");
            var chosen = choose(seed, lower, routed("0.0.0.0/1"), routed("128.0.0.0/1"));
            assertFalse(lower.subnet().overlaps(chosen), chosen.toString());
            assertTrue(chosen.toString().startsWith("10."), chosen.toString());
        }
    }

    @Test
    void ipv4_movesToTheNextSpace() {
        assertTrue(choose(1, routed("10.0.0.0/8")).toString().startsWith("172."));
        assertTrue(choose(1, routed("10.0.0.0/8"), routed("172.16.0.0/12"))
                .toString()
                .startsWith("192.168."));
    }

    @Test
    void ipv4_allPrivateSpaceRouted() {
        var vpn = List.of(routed("10.0.0.0/8"), routed("172.16.0.0/12"), routed("192.168.0.0/16"));
        var chosen = choose(7, vpn.toArray(new HostView.Claim[0]));
        assertTrue(Cidr.find("100.64.0.0/10").orElseThrow().contains(chosen.address()), chosen.toString());

        var more = new ArrayList<>(vpn);
        more.add(routed("100.64.0.0/10"));
        more.add(direct("10.3.0.0/16"));
        chosen = choose(7, more.toArray(new HostView.Claim[0]));
        assertTrue(chosen.toString().startsWith("10."), chosen.toString());
        assertFalse(Cidr.find("10.3.0.0/16").orElseThrow().overlaps(chosen));
    }

    @Test
    void ipv4_onlyCrumbsLeft() {
        var claims = new ArrayList<HostView.Claim>();
        claims.add(direct("10.0.0.0/8"));
        claims.add(direct("172.16.0.0/12"));
        claims.add(direct("100.64.0.0/10"));
        // All of 192.168/16 but for 192.168.77.16/28.
        for (int third = 0; third < 256; third++) {
            for (int fourth = 0; fourth < 256; fourth += 16) {
                if (third != 77 || fourth != 16) {
                    claims.add(direct("192.168." + third + "." + fourth + "/28"));
                }
            }
        }
        var all = claims.toArray(new HostView.Claim[0]);
        assertEquals("192.168.77.17/28", choose(3, all).toString());
        claims.add(direct("192.168.77.16/28"));
        assertThrows(ProblemException.class, () -> choose(3, claims.toArray(new HostView.Claim[0])));
    }

    @Test
    void ipv6_isUniqueLocal() {
        var chosen = SubnetChoice.ipv6(new Random(5));
        assertTrue(chosen.toString().matches("fd42:[0-9a-f]+:[0-9a-f]+:[0-9a-f]+::1/64"), chosen.toString());
    }
}
