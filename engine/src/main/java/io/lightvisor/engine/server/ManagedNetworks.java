package io.lightvisor.engine.server;

import io.lightvisor.engine.event.Events;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.operation.Precondition;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Network;
import io.lightvisor.model.NetworkName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProjectName;
import io.lightvisor.network.HostInterface;
import io.lightvisor.network.Lease;
import io.lightvisor.network.NetworkState;
import io.lightvisor.network.Networks;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import io.lightvisor.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// Managed networks as recorded, and who uses them.
public final class ManagedNetworks {
    private final Store store;
    private final Events events;
    private final Networks networks;
    private final ReentrantLock changing = new ReentrantLock(); // one network is made, changed or removed at a time

    public ManagedNetworks(Store store, Events events, Networks networks) {
        this.store = store;
        this.events = events;
        this.networks = networks;
    }

    /// The managed networks that a project may use.
    public List<Network> list(ProjectName project) {
        var facts = store.facts();
        return facts.networks(Projects.networksOf(facts, project));
    }

    /// The interfaces of the host, managed bridges included.
    public List<HostInterface> interfaces() {
        return networks.interfaces();
    }

    /// The managed network of that name.
    public Network require(ProjectName project, NetworkName name) {
        var facts = store.facts();
        return require(facts, new Network.Ref(Projects.networksOf(facts, project), name));
    }

    private static Network require(Facts facts, Network.Ref ref) {
        return facts.network(ref)
                .orElseThrow(() -> Problem.notFound("Network not found").exception());
    }

    /// The live state of an interface of the host, or a bridge.
    public NetworkState state(String interfaceName) {
        return networks.state(interfaceName)
                .orElseThrow(() -> Problem.notFound("Network not found").exception());
    }

    /// Addresses in use in a network.
    public List<Lease> leases(ProjectName project, NetworkName name) {
        var network = require(project, name);
        return networks.leases(network, NetworkLeases.in(store.facts(), network));
    }

    /// Makes a network; what is `auto` or left out is decided now and recorded.
    public Network create(
            ProjectName project, NetworkName name, String type, String description, Map<String, String> config)
            throws InterruptedException {
        changing.lock();
        try {
            var facts = store.facts();
            var owner = Projects.networksOf(facts, project);
            if (facts.network(new Network.Ref(owner, name)).isPresent()) {
                throw Problem.badRequest("The network already exists").exception();
            }
            var wanted = new Network(owner, name, type.isEmpty() ? "bridge" : type, description, config);
            networks.validate(wanted);
            var host = networks.hostView();
            var network = networks.complete(wanted, host);
            networks.requireRoom(network, host);
            networks.start(network, List.of());
            try {
                store.decide(draft -> {
                    draft.put(Kind.NETWORK, network);
                    return true;
                });
            } catch (RuntimeException e) {
                networks.delete(network);
                throw e;
            }
            events.lifecycle(owner, "network-created", Urls.of("networks", name.value(), owner));
            return network;
        } finally {
            changing.unlock();
        }
    }

    /// Changes a network's keys, at once.
    public void update(
            ProjectName project,
            NetworkName name,
            Precondition<Network> precondition,
            String description,
            Map<String, String> config)
            throws InterruptedException {
        changing.lock();
        try {
            var before = require(project, name);
            precondition.check(before);
            var wanted = new Network(before.project(), name, before.type(), description, config);
            networks.validate(wanted);
            var host = networks.hostView();
            var after = networks.completeUpdate(wanted, host);
            networks.requireRoom(after, host);
            var leases = NetworkLeases.in(store.facts(), before);
            networks.update(before, after, leases);
            try {
                store.decide(draft -> {
                    draft.put(Kind.NETWORK, after);
                    return true;
                });
            } catch (RuntimeException e) {
                networks.update(after, before, leases);
                throw e;
            }
            events.lifecycle(before.project(), "network-updated", Urls.of("networks", name.value(), before.project()));
        } finally {
            changing.unlock();
        }
    }

    /// Gives a network that nobody uses another name.
    public void rename(ProjectName project, NetworkName from, NetworkName to) throws InterruptedException {
        changing.lock();
        try {
            var before = require(project, from);
            refuseIfUsed(before);
            if (store.facts().network(new Network.Ref(before.project(), to)).isPresent()) {
                throw Problem.conflict("Network \"" + to + "\" already exists").exception();
            }
            var after = new Network(before.project(), to, before.type(), before.description(), before.config());
            networks.rename(before, after);
            store.decide(draft -> {
                draft.remove(Kind.NETWORK, before.ref());
                draft.put(Kind.NETWORK, after);
                return true;
            });
            events.lifecycle(
                    before.project(),
                    "network-renamed",
                    Urls.of("networks", to.value(), before.project()),
                    Map.of("old_name", from.value()));
        } finally {
            changing.unlock();
        }
    }

    /// Deletes a network that nobody uses.
    public void delete(ProjectName project, NetworkName name) throws InterruptedException {
        changing.lock();
        try {
            var network = require(project, name);
            refuseIfUsed(network);
            networks.delete(network);
            store.decide(draft -> draft.remove(Kind.NETWORK, network.ref()));
            events.lifecycle(
                    network.project(), "network-deleted", Urls.of("networks", name.value(), network.project()));
        } finally {
            changing.unlock();
        }
    }

    private void refuseIfUsed(Network network) {
        var users = usedBy(network.project(), network.name().value());
        if (!users.isEmpty()) {
            throw new Problem.BadRequest("The network is currently in use", "by " + String.join(", ", users), "")
                    .exception();
        }
    }

    /// URLs of instances and profiles with a NIC in a network or on an interface.
    public List<String> usedBy(ProjectName owner, String name) {
        var facts = store.facts();
        var urls = new ArrayList<String>();
        for (var i : facts.instances()) {
            if (Projects.networksOf(facts, i.project()).equals(owner)
                    && uses(
                            ExpandedInstance.of(i, Profiles.of(facts, i))
                                    .devices()
                                    .byName(),
                            name)) {
                urls.add(Urls.of("instances", i.name().value(), i.project()));
            }
        }
        for (var p : facts.all(Kind.PROFILE)) {
            if (Projects.networksOf(facts, p.project()).equals(owner)
                    && uses(p.devices().byName(), name)) {
                urls.add(Urls.of("profiles", p.name().value(), p.project()));
            }
        }
        return urls;
    }

    private static boolean uses(Map<String, Map<String, String>> devices, String name) {
        for (var options : devices.values()) {
            if ("nic".equals(options.get("type"))
                    && (name.equals(options.get("network")) || name.equals(options.get("parent")))) {
                return true;
            }
        }
        return false;
    }
}
