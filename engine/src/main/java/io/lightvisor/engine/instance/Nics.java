package io.lightvisor.engine.instance;

import io.lightvisor.engine.server.NetworkLeases;
import io.lightvisor.engine.server.Projects;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.model.DeviceName;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Network;
import io.lightvisor.model.NetworkName;
import io.lightvisor.model.ProblemException;
import io.lightvisor.network.Networks;
import io.lightvisor.network.NicPlan;
import io.lightvisor.network.NicPlanner;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import io.lightvisor.store.Store;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// The NICs of instances: planned from their devices, given to a container at its start or while it runs,
/// and made
/// known to the DHCP and DNS of
/// their network.
final class Nics {
    private final Store store;
    private final Networks networks;
    private final RandomGenerator random = new SecureRandom();

    Nics(Store store, Networks networks) {
        this.store = store;
        this.networks = networks;
    }

    /// The managed networks that instances of a project may use, by name.
    static Function<String, Optional<Network>> usable(Facts facts, io.lightvisor.model.ProjectName project) {
        var owner = Projects.networksOf(facts, project);
        return name -> {
            try {
                return facts.network(new Network.Ref(owner, new NetworkName(name)));
            } catch (ProblemException e) {
                return Optional.empty(); // no network can have such a name
            }
        };
    }

    /// All NICs of an instance about to start.
    List<NicPlan> plan(Facts facts, ExpandedInstance expanded) {
        var plans = new ArrayList<NicPlan>();
        var taken = wishedNames(expanded, "");
        for (var e : expanded.devices().byName().entrySet()) {
            if ("nic".equals(e.getValue().get("type"))) {
                var plan = plan(facts, expanded, e.getKey(), e.getValue(), without(taken, e.getValue()));
                taken.add(plan.guestName());
                plans.add(plan);
            }
        }
        return plans;
    }

    private NicPlan plan(
            Facts facts, ExpandedInstance expanded, String device, Map<String, String> options, Set<String> taken) {
        try {
            return NicPlanner.plan(
                    new DeviceName(device),
                    options,
                    expanded.instance().config(),
                    usable(facts, expanded.instance().project()),
                    taken,
                    random);
        } catch (ProblemException e) {
            throw Prefixed.device(device, e);
        }
    }

    private static Set<String> wishedNames(ExpandedInstance expanded, String except) {
        var names = new HashSet<String>();
        expanded.devices().byName().forEach((device, options) -> {
            String name = options.getOrDefault("name", "");
            if ("nic".equals(options.get("type")) && !name.isEmpty() && !device.equals(except)) {
                names.add(name);
            }
        });
        return names;
    }

    /// A NIC's own wish is not taken by itself.
    private static Set<String> without(Set<String> taken, Map<String, String> options) {
        var others = new HashSet<>(taken);
        others.remove(options.getOrDefault("name", ""));
        return others;
    }

    /// Gives a starting container its NICs.
    void attach(Instance instance, List<NicPlan> plans, Fd netns) {
        for (var plan : plans) {
            try {
                if (plan.ipv4().isPresent() || plan.ipv6().isPresent()) {
                    requireFree(store.facts(), instance, plan);
                }
                announce(instance, plan);
                networks.attach(plan, netns);
            } catch (ProblemException e) {
                throw Prefixed.of("instance " + instance.hostName() + " not started: ", e);
            }
        }
    }

    /// No other NIC of the network may have its name, hardware address or fixed address.
    private static void requireFree(Facts facts, Instance instance, NicPlan plan) {
        var lease = plan.lease(instance.project(), instance.name());
        if (lease.isPresent() && plan.network().isPresent()) {
            try {
                NicPlanner.requireFree(
                        lease.get(),
                        NetworkLeases.all(facts).getOrDefault(plan.network().get(), List.of()));
            } catch (ProblemException e) {
                throw Prefixed.device(plan.device().value(), e);
            }
        }
    }

    private void announce(Instance instance, NicPlan plan) {
        var lease = plan.lease(instance.project(), instance.name());
        if (lease.isPresent() && plan.network().isPresent()) {
            networks.register(plan.network().get(), lease.get());
        }
    }

    /// Gives a running container one more NIC, and records what was chosen for it.
    void hotplug(ExpandedInstance expanded, String device, Run run) throws Exception {
        var options = expanded.devices().byName().get(device);
        if (options == null) {
            return;
        }
        var facts = store.facts();
        var taken = wishedNames(expanded, device);
        for (var present : networks.guestInterfaces(run.container().initPid())) {
            taken.add(present.name());
        }
        var plan = plan(facts, expanded, device, options, taken);
        requireFree(facts, expanded.instance(), plan);
        announce(expanded.instance(), plan);
        try (var netns = run.container().netns()) {
            networks.attach(plan, netns);
        }
        record(expanded.instance().ref(), plan.volatileKeys());
    }

    /// Takes a NIC from a running container.
    void detach(ExpandedInstance expanded, String device, Run run) throws Exception {
        var instance = store.facts().instance(expanded.instance().ref()).orElse(expanded.instance());
        String hostName = instance.config(Volatile.device(device, "host_name"), "");
        String guestName = Optional.ofNullable(expanded.devices().byName().get(device))
                .map(o -> o.getOrDefault("name", ""))
                .filter(n -> !n.isEmpty())
                .orElse(instance.config(Volatile.device(device, "name"), ""));
        if (!hostName.isEmpty()) {
            networks.detach(hostName);
        } else if (!guestName.isEmpty()) {
            // A macvlan has no host's end. Its address tells it from a NIC that took its name.
            var hwaddr = MacAddress.find(instance.config(Volatile.device(device, "hwaddr"), ""));
            if (hwaddr.isPresent()) {
                networks.detach(run.container().initPid(), guestName, hwaddr.get());
            }
        }
        for (var e : NetworkLeases.of(store.facts(), instance).entrySet()) {
            networks.unregister(e.getKey(), instance.project(), instance.name(), new DeviceName(device));
        }
        var gone = new TreeMap<String, String>();
        gone.put(Volatile.device(device, "host_name"), "");
        gone.put(Volatile.device(device, "name"), "");
        record(instance.ref(), gone);
    }

    /// The networks forget all NICs of an instance that goes, or loses its name. Called while it is still
    /// recorded.
    void forget(Facts facts, Instance instance) {
        NetworkLeases.of(facts, instance)
                .forEach((network, leases) -> leases.forEach(
                        lease -> networks.unregister(network, instance.project(), instance.name(), lease.device())));
    }

    private void record(Instance.Ref ref, Map<String, String> keys) {
        store.decide(draft -> {
            draft.instance(ref).ifPresent(i -> draft.put(Kind.INSTANCE, i.withKeys(keys)));
            return true;
        });
    }
}
