package io.lightvisor.network;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.netlink.DeviceDatagram;
import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.Link;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.linux.netlink.Nftables;
import io.lightvisor.linux.netlink.Rtnetlink;
import io.lightvisor.model.DeviceName;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.Network;
import io.lightvisor.model.NetworkName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.ProjectName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The host's network: managed networks, the NICs of instances, and the state of interfaces.
///
/// Everything happens in the network namespace in which this object was made. Changes of networks run one at a time;
/// NICs and states do not wait for them.
///
///     networks.validate(wanted);
///     var network = networks.complete(wanted, networks.hostView());   // record this
///     networks.requireRoom(network, networks.hostView());
///     networks.start(network, List.of());
///     var plan = NicPlanner.plan(device, options, config, networksByName, names, random);
///     networks.register(network.name(), lease); networks.attach(plan, initPid);
public final class Networks implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lightvisor.network");

    private final Path folder;
    /// For changes: one at a time in the kernel anyway.
    private final Rtnetlink net;
    /// For questions, which need not queue behind changes.
    private final Rtnetlink look;
    private final Bridges bridges;
    private final Nics nics;
    private final Firewall firewall;
    private final RandomGenerator random = new SecureRandom();

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock: the networks that are up, by interface name.
    private final Map<String, BridgeConfig> active = new TreeMap<>();
    // Guarded by itself.
    private final Map<String, Dnsmasq> servers = new HashMap<>();
    // Guarded by lock.
    private @Nullable String dnsmasqUser;
    // Guarded by lock: chains already complained about.
    private final Set<String> warned = new HashSet<>();

    /// @param networksFolder `$LXD_DIR/networks`
    /// @param daemonTag what tells this daemon's bridges and rules from those of another on the same host: 1 to 16
    ///     letters, digits or underscores
    public Networks(Path networksFolder, String daemonTag) {
        if (!isTag(daemonTag)) {
            throw new IllegalArgumentException("not a tag: " + daemonTag);
        }
        folder = networksFolder;
        net = Rtnetlink.open();
        look = Rtnetlink.open();
        bridges = new Bridges(net, daemonTag);
        nics = new Nics(net, look);
        firewall = new Firewall(daemonTag);
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
        synchronized (servers) {
            servers.values().forEach(Dnsmasq::release);
            servers.clear();
        }
        net.close();
        look.close();
    }

    // ---- deciding

    /// The host's interfaces, addresses and routes.
    public HostView hostView() {
        var names = new HashMap<Integer, String>();
        for (var link : look.linksWithoutStats()) {
            names.put(link.index(), link.name());
        }
        var claims = new ArrayList<HostView.Claim>();
        for (var a : look.addresses()) {
            String name = names.getOrDefault(a.index(), "?");
            var cidr = new Cidr(a.address(), a.prefix());
            claims.add(new HostView.Claim(cidr.subnet(), true, name, "address " + cidr + " of " + name));
        }
        for (var r : look.routes()) {
            if (!r.isDefault()) {
                String name = names.getOrDefault(r.link(), "?");
                var cidr = new Cidr(r.destination(), r.prefix());
                claims.add(new HostView.Claim(cidr, r.gateway().isEmpty(), name, "route to " + cidr + " by " + name));
            }
        }
        return new HostView(new HashSet<>(names.values()), claims, Sysctl.hasIpv6());
    }

    /// A new network with everything chosen that its creator left open; validate first. Pure but for the dice.
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

    /// Checks that a new network's name is free on the host, and that a new or changed network's subnets and routes
    /// overlap nothing that the host is in. What an interface of the network's own name claims does not count.
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
        return net.find(name).filter(bridges::isOurs).isPresent();
    }

    // ---- managed networks

    /// Brings a network up, or to what it should be if it is up already: bridge, addresses, routes, rules, dnsmasq.
    /// After a failure nothing is left of a bridge that this call made.
    ///
    /// @param leases the NICs of all instances in it, running or not
    public void start(Network network, List<StaticLease> leases) throws InterruptedException {
        var config = BridgeConfig.of(network);
        lock.lock();
        try {
            var before = active.get(config.name());
            boolean made = bridges.ensure(config);
            active.put(config.name(), config);
            try {
                if (before != null) {
                    var gone = new ArrayList<>(before.externalInterfaces());
                    gone.removeAll(config.externalInterfaces());
                    bridges.releaseExternal(config.name(), gone);
                }
                applyFirewall();
                serve(config, leases);
            } catch (RuntimeException | InterruptedException e) {
                if (made) {
                    undo(config, e);
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

    private void undo(BridgeConfig config, Exception first) {
        try {
            stop(config.name(), config.externalInterfaces());
        } catch (RuntimeException e) {
            first.addSuppressed(e);
        } catch (InterruptedException e) {
            first.addSuppressed(e);
            Thread.currentThread().interrupt();
        }
    }

    /// Brings a running network from one state to another; after a failure it is as before.
    public void update(Network before, Network after, List<StaticLease> leases) throws InterruptedException {
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
    public void stop(Network network) throws InterruptedException {
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
        server(name).stop();
        synchronized (servers) {
            servers.remove(name);
        }
        bridges.releaseExternal(name, external);
        bridges.delete(name);
        active.remove(name);
        applyFirewall();
    }

    /// Takes a network down and removes its folder.
    public void delete(Network network) throws InterruptedException {
        stop(network);
        files(network.name().value()).delete();
    }

    /// Gives a network another name: takes it down, moves its folder, brings it up. For networks that nothing uses.
    ///
    /// @param to as `from`, with the new name
    public void rename(Network from, Network to) throws InterruptedException {
        String name = to.name().value();
        if (net.find(name).isPresent()) {
            throw Problem.conflict("Network interface \"" + name + "\" already exists")
                    .exception();
        }
        stop(from);
        var old = files(from.name().value()).folder();
        try {
            files(name).delete();
            if (Files.isDirectory(old)) {
                Files.move(old, files(name).folder());
            }
        } catch (IOException e) {
            start(from, List.of());
            throw new UncheckedIOException(e);
        }
        try {
            start(to, List.of());
        } catch (ProblemException e) {
            files(name).delete();
            start(from, List.of());
            throw e;
        }
    }

    /// Takes over the networks after a start of the daemon: what is as it should be is left alone, the rest is made
    /// so; rules that belong to none of them go. One network that cannot come up does not keep the others down.
    ///
    /// @param leases the NICs of all instances, by network
    /// @return why networks are not up, by name; empty if all are
    public Map<NetworkName, ProblemException> recover(
            List<Network> networks, Map<NetworkName, List<StaticLease>> leases) throws InterruptedException {
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
            applyFirewall();
            for (var network : up) {
                try {
                    serve(BridgeConfig.of(network), leases.getOrDefault(network.name(), List.of()));
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
        try (var folders = Files.newDirectoryStream(folder)) {
            for (var one : folders) {
                strays.add(String.valueOf(one.getFileName()));
            }
        } catch (NoSuchFileException _) {
            // There has never been a network.
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "cannot look for leftovers in {0}, ignoring: {1}",
                    folder,
                    e.getMessage());
        }
        strays.removeAll(known);
        for (String name : strays) {
            if (InterfaceNames.complaint(name) != null) {
                continue;
            }
            LOG.log(System.Logger.Level.WARNING, "network {0} is in no record; removing what is left of it", name);
            server(name).stop();
            synchronized (servers) {
                servers.remove(name);
            }
            bridges.delete(name);
            files(name).deleteOurs();
        }
    }

    private static ProblemException notStarted(Network network, SyscallException e) {
        return Problem.failed("network " + network.name() + " not started", String.valueOf(e.getMessage()))
                .exception(e);
    }

    /// Chains of other tables that drop what the bridges' guests send out, as `table chain`: no rule of ours can help
    /// against them. Empty on most hosts; Docker makes one.
    public List<String> obstacles() {
        try (var nftables = Nftables.open()) {
            return nftables.chainsDroppingForwarded();
        } catch (SyscallException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot look at the host''s rules: {0}", e.getMessage());
            return List.of();
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

    private void applyFirewall() throws InterruptedException {
        var configs = List.copyOf(active.values());
        String batch;
        try (var nftables = Nftables.open()) {
            warn(nftables);
            if (configs.isEmpty()) {
                if (!nftables.hasTable(firewall.table())) {
                    return;
                }
                batch = firewall.removal();
            } else {
                if (nftables.hasChain(firewall.table(), firewall.mark(configs))) {
                    return;
                }
                batch = firewall.batch(configs);
            }
        }
        var result = HostProgram.require("nft", "nftables").run(List.of("-f", "-"), batch);
        if (result.code() != 0) {
            throw Problem.failed("rules of the networks not set", "nft says: " + result.said())
                    .exception();
        }
    }

    private void serve(BridgeConfig config, List<StaticLease> leases) throws InterruptedException {
        var server = server(config.name());
        if (!DnsmasqArguments.isNeeded(config)) {
            server.stop();
            return;
        }
        var files = files(config.name());
        files.create();
        files.barrier()
                .ifPresent(path -> LOG.log(
                        System.Logger.Level.WARNING,
                        "network {0}: dnsmasq cannot pass through {1}, so it will not know the instances'' names; give"
                                + " the folder the mode o+x",
                        config.name(),
                        path));
        boolean rawChanged = files.writeRaw(config.rawDnsmasq());
        var hostsChanged = files.putAll(leases);
        server.serve(DnsmasqArguments.of(config, files, dnsmasqUser()), rawChanged);
        if (hostsChanged == DnsmasqFiles.Change.REPLACED) {
            server.reload();
        }
    }

    private Dnsmasq server(String name) {
        synchronized (servers) {
            return servers.computeIfAbsent(name, n -> new Dnsmasq(n, files(n)));
        }
    }

    private DnsmasqFiles files(String name) {
        return new DnsmasqFiles(folder.resolve(name));
    }

    /// Debian's package makes a user for it; elsewhere it is nobody.
    private String dnsmasqUser() {
        if (dnsmasqUser == null) {
            String user = "nobody";
            try {
                for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
                    if (line.startsWith("dnsmasq:")) {
                        user = "dnsmasq";
                    }
                }
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "cannot read /etc/passwd: {0}", e.getMessage());
            }
            dnsmasqUser = user;
        }
        return dnsmasqUser;
    }

    // ---- leases

    /// Tells a network's DHCP and DNS about a NIC: call before [#attach], so that the first request already gets the
    /// name and the fixed address. Harmless if nothing changed.
    public void register(NetworkName network, StaticLease lease) {
        var files = files(network.value());
        files.create();
        if (files.put(lease) == DnsmasqFiles.Change.REPLACED) {
            server(network.value()).reload();
        }
    }

    /// Forgets a NIC: when the device goes, or its instance is deleted or renamed. Its IPv4 lease is given back, so
    /// that
    /// instances that come and go do not use up the range.
    public void unregister(NetworkName network, ProjectName project, InstanceName instance, DeviceName device) {
        var files = files(network.value());
        var hwaddr = files.hwaddr(project, instance, device);
        if (files.remove(project, instance, device) == DnsmasqFiles.Change.NONE) {
            return;
        }
        hwaddr.ifPresent(mac -> release(network.value(), files, mac));
        server(network.value()).reload();
    }

    private void release(String bridge, DnsmasqFiles files, MacAddress hwaddr) {
        try {
            var link = look.find(bridge);
            if (link.isEmpty()) {
                return;
            }
            for (var given : files.given()) {
                if (given.address().v6() || !given.hwaddr().equals(hwaddr.toString())) {
                    continue;
                }
                for (var own : look.addresses(link.get().index())) {
                    if (new Cidr(own.address(), own.prefix()).contains(given.address())) {
                        var message = DhcpRelease.message(
                                given.address(),
                                hwaddr,
                                DhcpRelease.identifier(given.identifier()),
                                own.address(),
                                random.nextInt());
                        DeviceDatagram.send(bridge, own.address(), DhcpRelease.SERVER_PORT, message);
                    }
                }
            }
        } catch (SyscallException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "network {0}: lease of {1} not given back, it ends by itself: {2}",
                    bridge,
                    hwaddr,
                    e.getMessage());
        }
    }

    /// The addresses in use in a managed network: the gateway's, the fixed ones, those that guests derive from their
    /// hardware address, and those that dnsmasq has given.
    ///
    /// @param leases the NICs of all instances in it
    public List<Lease> leases(Network network, List<StaticLease> leases) {
        var config = BridgeConfig.of(network);
        var found = new ArrayList<Lease>();
        var seen = new HashSet<IpAddress>();
        for (var family : List.of(config.ipv4(), config.ipv6())) {
            family.address()
                    .ifPresent(a -> found.add(
                            new Lease(config.name() + ".gw", "", a.address().toString(), Lease.Type.GATEWAY)));
        }
        var derived = config.ipv6().address().filter(a -> a.prefix() == 64 && !config.statefulDhcp6());
        for (var lease : leases) {
            String name = lease.instance().value();
            String hwaddr = lease.mac().toString();
            for (var fixed : List.of(lease.ipv4(), lease.ipv6())) {
                if (fixed.isPresent() && seen.add(fixed.get())) {
                    found.add(new Lease(name, hwaddr, fixed.get().toString(), Lease.Type.STATIC));
                }
            }
            derived.ifPresent(a -> found.add(new Lease(
                    name,
                    hwaddr,
                    IpAddress.v6(a.address().high(), lease.mac().eui64()).toString(),
                    Lease.Type.DYNAMIC)));
        }
        for (var given : files(config.name()).given()) {
            if (seen.add(given.address())) {
                found.add(new Lease(
                        given.hostname(), given.hwaddr(), given.address().toString(), Lease.Type.DYNAMIC));
            }
        }
        return found;
    }

    // ---- NICs

    /// Makes a NIC inside the network namespace of a process that waits to become an instance's init. It appears there
    /// up, under its final name, with the host's end in its bridge.
    ///
    /// @throws ProblemException if the parent is missing or a name is taken; then nothing is left
    public AttachedNic attach(NicPlan plan, int initPid) {
        return nics.attach(plan, initPid);
    }

    /// As [#attach(NicPlan,int)], for a namespace that is open already: also that of a running instance.
    public AttachedNic attach(NicPlan plan, Fd netns) {
        return nics.attach(plan, netns);
    }

    /// Brings the loopback of a namespace up, as LXC does for a container that has a NIC. A systemd does it by itself,
    /// smaller inits do not. Costs a thread that enters the namespace, about 0.1 ms.
    public void loopbackUp(Fd netns) throws InterruptedException {
        Nics.loopbackUp(netns);
    }

    /// Removes a pair by its host's end. After an instance's end there is nothing to do: the pair goes with the
    /// namespace.
    ///
    /// @return false if it was gone already
    public boolean detach(String hostName) {
        return nics.detach(hostName);
    }

    /// Removes an interface of a running instance by its name inside: for a macvlan, which has no host's end.
    ///
    /// @return false if there is none of that name
    public boolean detach(int initPid, String guestName) {
        return nics.detach(initPid, guestName);
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

    /// The host's interfaces but for the ends of pairs, in the kernel's order; managed bridges are among them.
    public List<HostInterface> interfaces() {
        var found = new ArrayList<HostInterface>();
        for (var link : look.linksWithoutStats()) {
            if (!link.kind().equals("veth")) {
                found.add(new HostInterface(link.name(), InterfaceWords.kind(link)));
            }
        }
        return found;
    }

    /// The state of an interface of the host; empty if there is none of that name.
    public Optional<NetworkState> state(String interfaceName) {
        if (InterfaceNames.complaint(interfaceName) != null) {
            return Optional.empty();
        }
        return look.find(interfaceName).map(this::state);
    }

    private NetworkState state(Link link) {
        var addresses =
                look.addresses(link.index()).stream().map(NicAddress::of).toList();
        return new NetworkState(
                link.name(),
                addresses,
                link.stats(),
                InterfaceWords.hwaddr(link),
                link.mtu(),
                link.isUp(),
                InterfaceWords.type(link),
                link.bridge()
                        .map(b -> new NetworkState.Bridge(
                                b.id(),
                                b.stp(),
                                b.forwardDelay(),
                                b.vlanFiltering() ? b.defaultVlan() : 0,
                                b.vlanFiltering(),
                                ports(link.index()))),
                link.vlanId().isPresent()
                        ? Optional.of(new NetworkState.Vlan(
                                look.find(link.lower()).map(Link::name).orElse(""),
                                link.vlanId().getAsInt()))
                        : Optional.empty());
    }

    private List<String> ports(int bridge) {
        var names = new ArrayList<String>();
        for (var link : look.linksWithoutStats()) {
            if (link.master() == bridge) {
                names.add(link.name());
            }
        }
        return List.copyOf(names);
    }
}
