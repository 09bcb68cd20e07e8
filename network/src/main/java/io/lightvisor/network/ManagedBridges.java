package io.lightvisor.network;

import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.netlink.Rtnetlink;
import io.lightvisor.model.Network;
import io.lightvisor.model.NetworkName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// Brings managed networks up and down: bridge, rules and dnsmasq, in this order, and back. One at a time.
final class ManagedBridges {
    private static final System.Logger LOG = System.getLogger("lightvisor.network");

    private final Rtnetlink look;
    private final Bridges bridges;
    private final Rules rules;
    private final DnsmasqServers servers;

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock: the networks that are up, by interface name.
    private final Map<String, BridgeConfig> active = new TreeMap<>();

    ManagedBridges(Rtnetlink look, Bridges bridges, Rules rules, DnsmasqServers servers) {
        this.look = look;
        this.bridges = bridges;
        this.rules = rules;
        this.servers = servers;
    }

    /// Brings a network up, or to what it should be if it is up already: bridge, addresses, routes, rules, dnsmasq.
    /// After a failure nothing is left of a bridge that this call made.
    ///
    /// @param leases the NICs of all instances in it, running or not
    void start(Network network, List<StaticLease> leases) throws InterruptedException {
        var config = BridgeConfig.of(network);
        lock.lock();
        try {
            var before = active.get(config.name());
            boolean known = Files.isDirectory(servers.files(config.name()).folder());
            boolean made = bridges.ensure(config);
            active.put(config.name(), config);
            try {
                if (before != null) {
                    var gone = new ArrayList<>(before.externalInterfaces());
                    gone.removeAll(config.externalInterfaces());
                    bridges.releaseExternal(config.name(), gone);
                }
                rules.apply(active.values());
                servers.serve(config, leases);
            } catch (RuntimeException | InterruptedException e) {
                if (made) {
                    undo(config, known, e);
                } else if (before != null) {
                    active.put(config.name(), before);
                }
                throw e;
            }
        } catch (SyscallException e) {
            throw Problem.failed("network " + config.name() + " not started", String.valueOf(e.getMessage()))
                    .exception(e);
        } finally {
            lock.unlock();
        }
    }

    /// @param known whether the network had a folder before, with leases to be kept
    private void undo(BridgeConfig config, boolean known, Exception first) {
        try {
            stop(config.name(), config.externalInterfaces());
            if (!known) {
                servers.files(config.name()).delete();
            }
        } catch (RuntimeException e) {
            first.addSuppressed(e);
        } catch (InterruptedException e) {
            first.addSuppressed(e);
            Thread.currentThread().interrupt();
        }
    }

    /// Brings a running network from one state to another; after a failure it is as before.
    void update(Network before, Network after, List<StaticLease> leases) throws InterruptedException {
        try {
            start(after, leases);
        } catch (ProblemException e) {
            try {
                start(before, leases);
            } catch (ProblemException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /// Takes a network down. Its folder, with the leases, stays. Harmless if it is not up.
    void stop(Network network) throws InterruptedException {
        lock.lock();
        try {
            stop(network.name().value(), BridgeConfig.of(network).externalInterfaces());
        } catch (SyscallException e) {
            throw Problem.failed("network " + network.name() + " not stopped", String.valueOf(e.getMessage()))
                    .exception(e);
        } finally {
            lock.unlock();
        }
    }

    private void stop(String name, List<String> external) throws InterruptedException {
        servers.stop(name);
        bridges.releaseExternal(name, external);
        bridges.delete(name);
        active.remove(name);
        rules.apply(active.values());
    }

    /// Takes a network down and removes its folder.
    void delete(Network network) throws InterruptedException {
        stop(network);
        servers.files(network.name().value()).delete();
    }

    /// Gives a network another name: takes it down, moves its folder, brings it up. For networks that nothing uses.
    ///
    /// @param to as `from`, with the new name
    void rename(Network from, Network to) throws InterruptedException {
        String name = to.name().value();
        if (look.find(name).isPresent()) {
            throw Problem.conflict("Network interface \"" + name + "\" already exists")
                    .exception();
        }
        stop(from);
        var old = servers.files(from.name().value()).folder();
        try {
            servers.files(name).delete();
            if (Files.isDirectory(old)) {
                Files.move(old, servers.files(name).folder());
            }
        } catch (IOException e) {
            start(from, List.of());
            throw new UncheckedIOException(e);
        }
        try {
            start(to, List.of());
        } catch (ProblemException e) {
            servers.files(name).delete();
            start(from, List.of());
            throw e;
        }
    }

    /// Takes over the networks after a start of the daemon: what is as it should be is left alone, the rest is made
    /// so; rules that belong to none of them go. One network that cannot come up does not keep the others down.
    ///
    /// @param leases the NICs of all instances, by network
    /// @return why networks are not up, by name; empty if all are
    Map<NetworkName, ProblemException> recover(List<Network> networks, Map<NetworkName, List<StaticLease>> leases)
            throws InterruptedException {
        var failures = new TreeMap<NetworkName, ProblemException>();
        lock.lock();
        try {
            active.clear();
            removeStrays(networks);
            var up = new ArrayList<Network>();
            for (var network : networks) {
                try {
                    var config = BridgeConfig.of(network);
                    bridges.ensure(config);
                    active.put(config.name(), config);
                    up.add(network);
                } catch (ProblemException e) {
                    failures.put(network.name(), e);
                } catch (SyscallException e) {
                    failures.put(network.name(), notStarted(network, e));
                }
            }
            ProblemException withoutRules = null;
            try {
                rules.apply(active.values());
            } catch (ProblemException e) {
                withoutRules = e;
            }
            for (var network : up) {
                if (withoutRules != null) {
                    failures.put(network.name(), withoutRules);
                }
                try {
                    servers.serve(BridgeConfig.of(network), leases.getOrDefault(network.name(), List.of()));
                } catch (ProblemException e) {
                    failures.put(network.name(), e);
                } catch (SyscallException e) {
                    failures.put(network.name(), notStarted(network, e));
                }
            }
        } finally {
            lock.unlock();
        }
        failures.forEach(
                (name, e) -> LOG.log(System.Logger.Level.ERROR, "network {0} is not up: {1}", name, e.getMessage()));
        return failures;
    }

    /// What a daemon left that was killed between making a network and recording it, or removing it and forgetting it.
    private void removeStrays(List<Network> networks) throws InterruptedException {
        var known = new HashSet<String>();
        networks.forEach(n -> known.add(n.name().value()));
        var strays = new HashSet<String>();
        for (var link : look.linksWithoutStats()) {
            if (bridges.isOurs(link)) {
                strays.add(link.name());
            }
        }
        strays.addAll(servers.named());
        strays.removeAll(known);
        for (String name : strays) {
            if (InterfaceNames.complaint(name) != null) {
                continue;
            }
            LOG.log(System.Logger.Level.WARNING, "network {0} is in no record; removing what is left of it", name);
            servers.stop(name);
            bridges.delete(name);
            servers.files(name).deleteOurs();
        }
    }

    private static ProblemException notStarted(Network network, SyscallException e) {
        return Problem.failed("network " + network.name() + " not started", String.valueOf(e.getMessage()))
                .exception(e);
    }
}
