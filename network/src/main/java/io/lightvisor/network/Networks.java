package io.lightvisor.network;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.linux.netlink.Rtnetlink;
import io.lightvisor.linux.process.Namespace;
import io.lightvisor.model.DeviceName;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.Network;
import io.lightvisor.model.NetworkName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.ProjectName;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// The host's network: managed networks, the NICs of instances, and the state of interfaces.
///
/// Everything happens in the network namespace in which this object was made. Changes of networks run one
/// at a time; NICs and states do not wait for them.
///
///     networks.validate(wanted);
///     var network = networks.complete(wanted, networks.hostView());   // record this
///     networks.requireRoom(network, networks.hostView());
///     networks.start(network, List.of());
///     var plan = NicPlanner.plan(device, options, config, networksByName, names, random);
///     networks.register(network.name(), lease); networks.attach(plan, initPid);
public final class Networks implements AutoCloseable {
    private final Rtnetlink net;
    private final Rtnetlink look;
    private final RandomGenerator random = new SecureRandom();
    private final Bridges bridges;
    private final DnsmasqServers servers;
    private final ManagedBridges managed;
    private final Leases leases;
    private final Fd own;
    private final NicHostSide hostSide;
    private final Nics nics;
    private final HostInterfaces interfaces;

    /// @param networksFolder `$LXD_DIR/networks`
    /// @param daemonTag what tells this daemon's bridges and rules from those of another on the same host:
    ///     1 to 16
    ///     letters, digits or underscores
    public Networks(Path networksFolder, String daemonTag) {
        if (!isTag(daemonTag)) {
            throw new IllegalArgumentException("not a tag: " + daemonTag);
        }
        // Changes happen one at a time in the kernel anyway; questions need not queue behind them.
        net = Rtnetlink.open();
        look = Rtnetlink.open();
        bridges = new Bridges(net, daemonTag);
        servers = new DnsmasqServers(networksFolder);
        var firewall = new Firewall(daemonTag);
        managed = new ManagedBridges(look, bridges, new Rules(firewall), servers);
        leases = new Leases(servers, look, random);
        own = Namespace.NET.ofThread();
        var filters = new NicFilters(firewall.table());
        hostSide = new NicHostSide(net, new NicShaping(net, daemonTag), filters);
        nics = new Nics(
                net,
                look,
                hostSide,
                new LentInterfaces(net, own, new NetnsPins(networksFolder.resolveSibling("netns"))));
        interfaces = new HostInterfaces(look);
    }

    private static boolean isTag(String tag) {
        for (int i = 0; i < tag.length(); i++) {
            char c = tag.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_')) {
                return false;
            }
        }
        return !tag.isEmpty() && tag.length() <= 16;
    }

    /// Lets go of everything and stops nothing: bridges, rules and dnsmasq stay for the next daemon.
    @Override
    public void close() {
        servers.release();
        net.close();
        look.close();
        own.close();
    }

    // ---- deciding

    /// The host's interfaces, addresses and routes.
    public HostView hostView() {
        return interfaces.view();
    }

    /// A new network with everything chosen that its creator left open; validate first. Pure but for the
    /// dice.
    public Network complete(Network wanted, HostView host) {
        return NetworkDefaults.complete(wanted, host, random);
    }

    /// A changed network with what says `auto` chosen; validate first. Pure but for the dice.
    public Network completeUpdate(Network wanted, HostView host) {
        return NetworkDefaults.completeUpdate(wanted, host, random);
    }

    /// Checks type, keys and values.
    ///
    /// @throws ProblemException in LXD's words
    public void validate(Network network) {
        if (!network.type().equals("bridge")) {
            boolean known = switch (network.type()) {
                case "macvlan", "sriov", "ovn", "physical" -> true;
                default -> false;
            };
            if (known) {
                throw new Problem.Unsupported(
                                "network " + network.name() + " not created",
                                "this version has no networks of type " + network.type(),
                                "use the type bridge")
                        .exception();
            }
            throw Problem.badRequest("Unknown driver").exception();
        }
        var complaint = BridgeRules.complaint(network);
        if (complaint.isPresent()) {
            throw complaint.get().exception();
        }
    }

    /// Checks that a new network's name is free on the host, and that a new or changed network's subnets
    /// and routes overlap nothing that the host is in. What an interface of the network's own name claims
    /// does not count.
    ///
    /// @throws ProblemException that names both sides
    public void requireRoom(Network network, HostView host) {
        var config = BridgeConfig.of(network);
        if (host.interfaces().contains(config.name()) && !isOurs(config.name())) {
            throw Problem.conflict("Network interface \"" + config.name() + "\" already exists")
                    .exception();
        }
        requireRoom(network, host, config.ipv4());
        requireRoom(network, host, config.ipv6());
    }

    private static void requireRoom(Network network, HostView host, BridgeConfig.Family family) {
        if (family.address().isEmpty()) {
            return;
        }
        var subnet = family.address().get();
        for (var claim : host.claims()) {
            // A wide route through a gateway is only hidden in part by the bridge, as whoever names the subnet wants.
            boolean matters = claim.direct()
                    && claim.subnet().prefix() > 0
                    && !claim.interfaceName().equals(network.name().value())
                    && !claim.subnet().address().isMulticast()
                    && !(claim.subnet().address().v6()
                            && claim.subnet().address().isLinkLocal());
            if (matters && claim.subnet().overlaps(subnet)) {
                throw Problem.conflict("Network \"" + network.name() + "\" subnet " + subnet.subnet()
                                + " overlaps with the host's " + claim.source())
                        .exception();
            }
        }
    }

    private boolean isOurs(String name) {
        return look.find(name).filter(bridges::isOurs).isPresent();
    }

    // ---- managed networks

    /// Brings a network up, or to what it should be if it is up already: bridge, addresses, routes, rules,
    /// dnsmasq. After a failure nothing is left of a bridge that this call made.
    ///
    /// @param leases the NICs of all instances in it, running or not
    public void start(Network network, List<StaticLease> leases) throws InterruptedException {
        managed.start(network, leases);
    }

    /// Brings a running network from one state to another; after a failure it is as before.
    public void update(Network before, Network after, List<StaticLease> leases) throws InterruptedException {
        managed.update(before, after, leases);
    }

    /// Takes a network down. Its folder, with the leases, stays. Harmless if it is not up.
    public void stop(Network network) throws InterruptedException {
        managed.stop(network);
    }

    /// Takes a network down and removes its folder.
    public void delete(Network network) throws InterruptedException {
        managed.delete(network);
    }

    /// Gives a network another name: takes it down, moves its folder, brings it up. For networks that
    /// nothing uses.
    ///
    /// @param to as `from`, with the new name
    public void rename(Network from, Network to) throws InterruptedException {
        managed.rename(from, to);
    }

    /// Takes over the networks after a start of the daemon: what is as it should be is left alone, the rest
    /// is made so; rules that belong to none of them go. One network that cannot come up does not keep the
    /// others down.
    ///
    /// @param leases the NICs of all instances, by network
    /// @return why networks are not up, by name; empty if all are
    public Map<NetworkName, ProblemException> recover(
            List<Network> networks, Map<NetworkName, List<StaticLease>> leases) throws InterruptedException {
        return managed.recover(networks, leases);
    }

    /// Chains of other tables that drop what the bridges' guests send out, as `table chain`: no rule of
    /// ours can help against them. Empty on most hosts; Docker makes one.
    public List<String> obstacles() {
        return Rules.obstacles();
    }

    // ---- leases

    /// Tells a network's DHCP and DNS about a NIC: call before [#attach], so that the first request already
    /// gets the name and the fixed address. Harmless if nothing changed.
    public void register(NetworkName network, StaticLease lease) {
        leases.register(network.value(), lease);
    }

    /// Forgets a NIC: when the device goes, or its instance is deleted or renamed. Its IPv4 lease is given
    /// back, so that instances that come and go do not use up the range.
    public void unregister(NetworkName network, ProjectName project, InstanceName instance, DeviceName device) {
        leases.unregister(network.value(), project, instance, device);
    }

    /// The addresses in use in a managed network: the gateway's, the fixed ones, those that guests derive
    /// from their hardware address, and those that dnsmasq has given.
    ///
    /// @param nics the NICs of all instances in it
    public List<Lease> leases(Network network, List<StaticLease> nics) {
        return leases.list(network, nics);
    }

    // ---- NICs

    /// The plan with what must be recorded of the host before it is carried out; most come back as they are.
    ///
    /// @throws ProblemException if an interface that is to be lent is not there
    public NicPlan prepare(NicPlan plan) {
        return plan.lower().isEmpty() ? plan : nics.prepare(plan);
    }

    /// Makes a NIC inside a network namespace: that of a process that waits to become an instance's init,
    /// or of a running instance. It appears there up, under its final name, with the host's end in its place
    /// and all that the host has of it set.
    ///
    /// @param instance the instance's id, for what is kept on its behalf
    /// @throws ProblemException if the parent is missing or a name is taken; then nothing is left
    public AttachedNic attach(NicPlan plan, long instance, Fd netns) throws InterruptedException {
        return nics.attach(plan, instance, netns);
    }

    /// Changes what the host has of a NIC from one plan to another, while it is in use: routes, limits,
    /// filters, isolation.
    public void update(NicPlan before, NicPlan after) throws InterruptedException {
        nics.update(before, after);
    }

    /// Clears away what NICs have on the host beside their interfaces, and takes back what was lent.
    /// Harmless if that has happened already.
    ///
    /// @param config the instance's, with the NICs' `volatile.*` keys
    /// @param ended whether the whole instance has ended
    /// @param inUse whether another running instance needs an interface of the host
    public void release(
            List<NicPlan> plans, Map<String, String> config, long instance, boolean ended, Predicate<String> inUse)
            throws InterruptedException {
        nics.release(plans, config, instance, ended, inUse);
    }

    /// Takes over the NICs that run after a start of the daemon; what belongs to none of them goes.
    public void recoverNics(List<NicPlan> running) throws InterruptedException {
        hostSide.recover(running);
    }

    /// Brings the loopback of a namespace up, as LXC does for a container that has a NIC. A systemd does it
    /// by itself, smaller inits do not. Costs a thread that enters the namespace, about 0.1 ms.
    public void loopbackUp(Fd netns) throws InterruptedException {
        Nics.loopbackUp(netns);
    }

    /// Removes a pair by its host's end. After an instance's end there is nothing to do: the pair goes with
    /// the namespace.
    ///
    /// @return false if it was gone already
    public boolean detach(String hostName) {
        return nics.detach(hostName);
    }

    /// Removes an interface of a running instance by its name inside: for a macvlan, which has no host's
    /// end. A pair is never removed by this: its inner name may be that of another device by now.
    ///
    /// @return false if there is none of that name
    public boolean detach(int initPid, String guestName) {
        return nics.detach(initPid, guestName, Optional.empty());
    }

    /// As [#detach(int,String)], but only if it has this hardware address.
    public boolean detach(int initPid, String guestName, MacAddress hwaddr) {
        return nics.detach(initPid, guestName, Optional.of(hwaddr));
    }

    /// The state of all interfaces in the network namespace of a process; empty if the process has ended.
    public List<GuestInterface> guestInterfaces(int initPid) {
        return nics.inside(initPid);
    }

    /// The state of all interfaces in a network namespace.
    public List<GuestInterface> guestInterfaces(Fd netns) {
        return nics.inside(netns);
    }

    // ---- interfaces of the host

    /// The host's interfaces but for the ends of pairs, in the kernel's order; managed bridges are among
    /// them.
    public List<HostInterface> interfaces() {
        return interfaces.list();
    }

    /// The state of an interface of the host; empty if there is none of that name.
    public Optional<NetworkState> state(String interfaceName) {
        return interfaces.state(interfaceName);
    }
}
