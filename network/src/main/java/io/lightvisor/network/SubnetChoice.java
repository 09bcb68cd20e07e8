package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Finds address space for a new bridge by looking at the host's addresses and routes. Nothing is probed: an answer
/// takes time, and silence proves nothing.
///
/// The order of preference, each over 10/8, 172.16/12 and 192.168/16 (RFC 1918):
///
/// 1. a /24, then smaller prefixes down to /28, that overlaps nothing;
/// 2. the same in 100.64/10 (RFC 6598), for hosts whose routes cover all private space;
/// 3. one that overlaps only routes through a gateway: the bridge's longer prefix wins over them, and hides little.
final class SubnetChoice {
    private static final List<Cidr> PRIVATE =
            List.of(cidr("10.0.0.0/8"), cidr("172.16.0.0/12"), cidr("192.168.0.0/16"));
    private static final List<Cidr> SHARED = List.of(cidr("100.64.0.0/10"));
    private static final int WIDEST = 24;
    private static final int NARROWEST = 28;
    /// A route this wide is a way out (VPNs split the default route in two), not somebody's subnet.
    private static final int DEFAULT_ROUTE = 7;

    private static final int DICE = 8;

    private SubnetChoice() {}

    private static Cidr cidr(String text) {
        return Cidr.find(text).orElseThrow();
    }

    /// An IPv4 subnet with the bridge's own address in it, the first.
    ///
    /// @throws ProblemException if the host itself is in every part of all private space
    static Cidr ipv4(HostView host, RandomGenerator random) {
        var claims = host.claims().stream()
                .filter(c -> !c.subnet().address().v6() && c.subnet().prefix() > DEFAULT_ROUTE)
                .toList();
        var direct = claims.stream().filter(HostView.Claim::direct).toList();
        for (var attempt :
                List.of(new Attempt(PRIVATE, claims), new Attempt(SHARED, claims), new Attempt(PRIVATE, direct))) {
            for (int prefix = WIDEST; prefix <= NARROWEST; prefix++) {
                for (var space : attempt.spaces) {
                    var found = free(space, prefix, attempt.claims, random);
                    if (found != null) {
                        return new Cidr(found.first().plus(1), prefix);
                    }
                }
            }
        }
        throw Problem.failed(
                        "no IPv4 subnet chosen",
                        "the host has addresses in every part of 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16",
                        "set ipv4.address")
                .exception();
    }

    private record Attempt(List<Cidr> spaces, List<HostView.Claim> claims) {}

    private static @Nullable Cidr free(Cidr space, int prefix, List<HostView.Claim> claims, RandomGenerator random) {
        long size = 1L << (32 - prefix);
        long from = space.first().low();
        long end = space.last().low() + 1;
        long blocks = (end - from) / size;
        Predicate<Cidr> clear =
                block -> claims.stream().noneMatch(c -> c.subnet().overlaps(block));
        long start = from;
        for (int i = 0; i < DICE; i++) {
            start = from + random.nextLong(blocks) * size;
            var block = new Cidr(IpAddress.v4(start), prefix);
            if (clear.test(block)) {
                return block;
            }
        }
        // Crowded: walk on from there, over each claim in one step.
        long at = start;
        for (long gone = 0; gone < end - from; ) {
            var block = new Cidr(IpAddress.v4(at), prefix);
            long beyond = at + size;
            boolean taken = false;
            for (var claim : claims) {
                if (claim.subnet().overlaps(block)) {
                    taken = true;
                    beyond = Math.max(beyond, claim.subnet().last().low() + 1);
                }
            }
            if (!taken) {
                return block;
            }
            beyond = (beyond + size - 1) / size * size;
            gone += beyond - at;
            at = beyond >= end ? from : beyond;
        }
        return null;
    }

    /// A unique local /64 (RFC 4193, the random bits in fd42::/16 as LXD has them) with the bridge's own address.
    static Cidr ipv6(RandomGenerator random) {
        long bits = random.nextLong() & 0xffff_ffff_ffffL;
        return new Cidr(IpAddress.v6(0xfd42L << 48 | bits, 1), 64);
    }
}
