package io.lightvisor.network;

import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.netlink.Nftables;
import io.lightvisor.model.Problem;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Keeps the daemon's table of nftables as the managed networks want it: one run of nft(8) per change, none without.
final class Rules {
    private static final System.Logger LOG = System.getLogger("lightvisor.network");

    private final Firewall firewall;
    /// Chains already complained about.
    private final Set<String> warned = new HashSet<>();

    Rules(Firewall firewall) {
        this.firewall = firewall;
    }

    /// Makes the rules those of these bridges and no others. The caller sees to it that one thread does so at a time.
    void apply(Collection<BridgeConfig> bridges) throws InterruptedException {
        var wanted = List.copyOf(bridges);
        boolean needed = firewall.isNeeded(wanted);
        String batch = needed ? firewall.batch(wanted) : firewall.removal();
        try (var nftables = Nftables.open()) {
            if (needed
                    ? nftables.hasChain(firewall.table(), firewall.mark(wanted))
                    : !nftables.hasTable(firewall.table())) {
                return;
            }
            if (needed) {
                warn(nftables);
            }
        } catch (SyscallException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot look at the host''s rules: {0}", e.getMessage());
            if (!needed) {
                // A kernel without nftables has no table of ours either.
                return;
            }
        }
        var result = HostProgram.require("nft", "nftables").run(List.of("-f", "-"), batch);
        if (result.code() != 0) {
            throw Problem.failed("rules of the networks not set", "nft says: " + result.said())
                    .exception();
        }
    }

    private void warn(Nftables nftables) {
        for (String chain : nftables.chainsDroppingForwarded()) {
            if (warned.add(chain)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the chain \"{0}\" of another program drops what is forwarded, so guests of bridges may reach"
                                + " nothing outside; let it accept them (Docker: in its chain DOCKER-USER)",
                        chain);
            }
        }
    }

    /// The chains of others that drop what is forwarded, as `table chain`.
    static List<String> obstacles() {
        try (var nftables = Nftables.open()) {
            return nftables.chainsDroppingForwarded();
        } catch (SyscallException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot look at the host''s rules: {0}", e.getMessage());
            return List.of();
        }
    }
}
