package io.lightvisor.engine.instance;

import io.lightvisor.engine.server.NetworkLeases;
import io.lightvisor.engine.server.Projects;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.model.DeviceName;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Network;
import io.lightvisor.model.NetworkName;
import io.lightvisor.model.Problem;
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
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

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
            var networksByName = usable(facts, expanded.instance().project());
            var plan = NicPlanner.plan(
                            new DeviceName(device),
                            options,
                            expanded.instance().config(),
                            networksByName,
                            taken,
                            random)
                    .withPriority(priority(expanded));
            if (plan.wantsIpv4(options)) {
                plan = withIpv4(facts, expanded, plan, networksByName);
            }
            return networks.prepare(plan);
        } catch (ProblemException e) {
            throw Prefixed.of("Failed to start device \"" + device + "\": ", e);
        }
    }

    private static long priority(ExpandedInstance expanded) {
        return HostShutdown.number(expanded, "limits.network.priority", 0);
    }

    /// The address that it had before, or one that is free: a filter must know what to let pass.
    private NicPlan withIpv4(
            Facts facts, ExpandedInstance expanded, NicPlan plan, Function<String, Optional<Network>> networksByName) {
        var network = plan.network().flatMap(name -> networksByName.apply(name.value()));
        if (network.isEmpty()) {
            return plan;
        }
        var others = NetworkLeases.all(facts).getOrDefault(network.get().name(), List.of());
        String key = Volatile.device(plan.device().value(), "last_state.ip_addresses");
        var before = IpAddress.find(expanded.instance().config(key, ""));
        var given = new HashSet<String>();
        networks.leases(network.get(), others).forEach(lease -> given.add(lease.address()));
        var chosen = before.or(() -> NicPlanner.freeIpv4(network.get(), others, given));
        return chosen.map(plan::withIpv4)
                .orElseThrow(() -> Problem.failed(
                                "No free IPv4 address in network "
                                        + network.get().name(),
                                "its DHCP range is used up",
                                "widen ipv4.dhcp.ranges, or set ipv4.address")
                        .exception());
    }

    /// The NICs that an instance has, as they are; those that make no sense any more are left out.
    List<NicPlan> present(Facts facts, ExpandedInstance expanded) {
        var plans = new ArrayList<NicPlan>();
        expanded.devices().byName().forEach((device, options) -> {
            if ("nic".equals(options.get("type"))) {
                present(facts, expanded, device, options).ifPresent(plans::add);
            }
        });
        return plans;
    }

    private Optional<NicPlan> present(
            Facts facts, ExpandedInstance expanded, String device, Map<String, String> options) {
        try {
            return Optional.of(NicPlanner.present(
                            new DeviceName(device),
                            options,
                            expanded.instance().config(),
                            usable(facts, expanded.instance().project()),
                            random)
                    .withPriority(priority(expanded)));
        } catch (ProblemException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "NIC " + device + " of " + expanded.instance().hostName() + " has no plan: " + e.getMessage());
            return Optional.empty();
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

    /// Whether an interface of the host is used with the hardware address that it has.
    static boolean keepsItsAddress(Map<String, String> options) {
        return switch (options.getOrDefault("nictype", "")) {
            case "physical", "ipvlan", "sriov" -> true;
            default -> false;
        };
    }

    /// Whether what was planned must be on record before it is done: the way back of what is lent.
    static boolean mustBeRecordedFirst(List<NicPlan> plans) {
        return plans.stream().anyMatch(plan -> plan.kind() instanceof NicPlan.Kind.Physical);
    }

    /// Gives a starting container its NICs.
    void attach(Instance instance, List<NicPlan> plans, Fd netns) throws InterruptedException {
        for (var plan : plans) {
            try {
                if (plan.ipv4().isPresent() || plan.ipv6().isPresent()) {
                    requireFree(store.facts(), instance, plan);
                }
                announce(instance, plan);
                networks.attach(plan, instance.id(), netns);
            } catch (ProblemException e) {
                throw Prefixed.of("Failed to start device \"" + plan.device().value() + "\": ", e);
            }
        }
    }

    /// Clears away what a container's NICs have on the host, after its end or a failed start. Harmless if
    /// there is nothing.
    void release(Instance.Ref ref, List<NicPlan> plans) {
        var left = plans.stream().filter(plan -> !plan.leavesNothing()).toList();
        if (left.isEmpty()) {
            return;
        }
        var facts = store.facts();
        var instance = facts.instance(ref);
        if (instance.isPresent()) {
            release(facts, instance.get(), left, true);
        }
    }

    /// As [#release(Instance.Ref,List)], of an instance that has ended.
    void ended(Instance instance) {
        var facts = store.facts();
        release(instance.ref(), present(facts, InstancePlanner.expanded(facts, instance)));
    }

    private void release(Facts facts, Instance instance, List<NicPlan> plans, boolean ended) {
        try {
            networks.release(plans, instance.config(), instance.id(), ended, name -> inUse(facts, instance, name));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "NICs of " + instance.hostName() + " not cleared away whole, going on: " + e.getMessage());
        }
    }

    /// Whether another instance that runs hangs on an interface of the host.
    private boolean inUse(Facts facts, Instance but, String lower) {
        for (var other : facts.instances()) {
            if (other.id() != but.id() && "RUNNING".equals(other.config(Volatile.POWER, ""))) {
                for (var plan : present(facts, InstancePlanner.expanded(facts, other))) {
                    if (plan.lower().filter(l -> l.name().equals(lower)).isPresent()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// Takes over the NICs of the containers that run after a start of the daemon, and clears away what
    /// others left.
    void recover(Set<Long> running) throws InterruptedException {
        var facts = store.facts();
        var present = new ArrayList<NicPlan>();
        for (var instance : facts.instances()) {
            var plans = present(facts, InstancePlanner.expanded(facts, instance));
            if (running.contains(instance.id())) {
                present.addAll(plans);
            } else {
                release(instance.ref(), plans);
            }
        }
        try {
            networks.recoverNics(present);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "NICs not taken over whole, going on: " + e.getMessage());
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
        if (mustBeRecordedFirst(List.of(plan))) {
            record(expanded.instance().ref(), plan.volatileKeys());
        }
        try (var netns = run.container().netns()) {
            networks.attach(plan, expanded.instance().id(), netns);
        } catch (ProblemException e) {
            throw Prefixed.of("Failed to start device \"" + device + "\": ", e);
        }
        record(expanded.instance().ref(), plan.volatileKeys());
    }

    /// Changes a NIC that stays what it is: what the host has of it is set anew, the guest notices nothing.
    ///
    /// @return false if the change needs another NIC
    boolean change(ExpandedInstance before, ExpandedInstance after, String device) throws Exception {
        var was = before.devices().byName().get(device);
        var now = after.devices().byName().get(device);
        if (was == null || now == null || !NicPlanner.isSameButForSettings(was, now)) {
            return false;
        }
        var facts = store.facts();
        // The names of the NIC are in the record by now, whichever of the two was written first.
        var old = present(facts, before, device, was);
        if (old.isEmpty() || old.get().hostName().isEmpty()) {
            return false;
        }
        var plan = present(facts, withVolatile(after, before, device), device, now);
        if (plan.isEmpty()) {
            return false;
        }
        var next = plan.get();
        if (next.wantsIpv4(now)) {
            next = withIpv4(facts, after, next, usable(facts, after.instance().project()));
        }
        requireFree(facts, after.instance(), next);
        networks.update(old.get(), next);
        announce(after.instance(), next);
        record(after.instance().ref(), next.volatileKeys());
        return true;
    }

    /// An instance as it was, with what has been recorded of a device since.
    private Instance recorded(ExpandedInstance expanded, String device) {
        var keys = new TreeMap<String, String>();
        store.facts()
                .instance(expanded.instance().ref())
                .ifPresent(now -> now.config().forEach((k, v) -> {
                    if (k.startsWith("volatile." + device + ".")) {
                        keys.put(k, v);
                    }
                }));
        return expanded.instance().withKeys(keys);
    }

    /// A client that replaces the whole config may leave the server's keys out.
    private static ExpandedInstance withVolatile(ExpandedInstance to, ExpandedInstance from, String device) {
        var keys = new TreeMap<String, String>();
        from.instance().config().forEach((k, v) -> {
            if (k.startsWith("volatile." + device + ".")) {
                keys.put(k, v);
            }
        });
        return new ExpandedInstance(to.instance().withKeys(keys), to.config(), to.devices());
    }

    /// Takes a NIC from a running container.
    void detach(ExpandedInstance expanded, String device, Run run) throws Exception {
        var instance = recorded(expanded, device);
        var options = expanded.devices().byName().getOrDefault(device, Map.of());
        var plan = present(
                store.facts(), new ExpandedInstance(instance, expanded.config(), expanded.devices()), device, options);
        if (plan.isPresent()) {
            release(store.facts(), instance, List.of(plan.get()), false);
        }
        boolean lent = plan.isPresent() && plan.get().kind() instanceof NicPlan.Kind.Physical;
        String hostName = instance.config(Volatile.device(device, "host_name"), "");
        String guestName = Optional.of(options.getOrDefault("name", ""))
                .filter(n -> !n.isEmpty())
                .orElse(instance.config(Volatile.device(device, "name"), ""));
        if (lent) {
            LOG.log(System.Logger.Level.DEBUG, hostName + " is back on the host");
        } else if (!hostName.isEmpty()) {
            networks.detach(hostName);
        } else if (!guestName.isEmpty()) {
            // A macvlan has no host's end. Its address tells it from a NIC that took its name.
            String own = options.getOrDefault("hwaddr", "");
            var hwaddr = MacAddress.find(own.isEmpty() ? instance.config(Volatile.device(device, "hwaddr"), "") : own);
            if (hwaddr.isPresent()) {
                networks.detach(run.container().initPid(), guestName, hwaddr.get());
            }
        }
        for (var e : NetworkLeases.of(store.facts(), instance).entrySet()) {
            networks.unregister(e.getKey(), instance.project(), instance.name(), new DeviceName(device));
        }
        var gone = new TreeMap<String, String>();
        for (var key : instance.config().keySet()) {
            if (key.startsWith("volatile." + device + ".") && !key.endsWith(".hwaddr")
                    || key.equals(Volatile.device(device, "last_state.hwaddr"))) {
                gone.put(key, "");
            }
        }
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
