package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.model.DeviceName;
import io.lightvisor.model.Network;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// Decides what a device of type `nic` comes to. Pure: options, the instance's volatile keys and the networks in, a
/// plan or a problem out. Problems carry LXD's words; the caller puts the device's name before them.
public final class NicPlanner {
    private static final Set<String> COMMON = Set.of("type", "nictype", "network", "parent", "name", "hwaddr", "mtu");
    private static final Set<String> BRIDGED = Set.of("host_name", "ipv4.address", "ipv6.address", "boot.priority");
    private static final Set<String> POINT_TO_POINT = Set.of("host_name", "boot.priority");
    private static final Set<String> MACVLAN = Set.of("boot.priority");

    /// Options that LXD knows for a bridged NIC and this version does not do.
    private static final Set<String> BRIDGED_LATER = Set.of(
            "limits.ingress",
            "limits.egress",
            "limits.max",
            "limits.priority",
            "queue.tx.length",
            "ipv4.routes",
            "ipv6.routes",
            "ipv4.routes.external",
            "ipv6.routes.external",
            "security.mac_filtering",
            "security.ipv4_filtering",
            "security.ipv6_filtering",
            "security.port_isolation",
            "vlan",
            "vlan.tagged",
            "maas.subnet.ipv4",
            "maas.subnet.ipv6");

    private static final Set<String> POINT_TO_POINT_LATER =
            Set.of("limits.ingress", "limits.egress", "limits.max", "ipv4.routes", "ipv6.routes");
    private static final Set<String> MACVLAN_LATER = Set.of("vlan", "gvrp", "maas.subnet.ipv4", "maas.subnet.ipv6");
    private static final int SMALLEST_MTU = 68;
    private static final int LARGEST_MTU = 65535;

    /// 00:16:3e, the prefix that LXD and Xen give to guests.
    private static final long MAC_PREFIX = 0x00163eL << 24;

    private NicPlanner() {}

    /// Checks the options of a NIC as a user wrote them, without an instance.
    ///
    /// @param networks the managed networks that the instance may use, by name
    /// @throws ProblemException with what LXD says after `Device validation failed for "eth0": `
    public static void validate(Map<String, String> options, Function<String, Optional<Network>> networks) {
        var effective = effective(options, networks);
        for (String option : options.keySet()) {
            effective.requireKnown(option);
        }
        hwaddr(options);
        name(options);
        mtu(options);
        hostName(options);
        fixedAddress(effective, options, "ipv4.address", false);
        fixedAddress(effective, options, "ipv6.address", true);
        String priority = options.getOrDefault("boot.priority", "");
        if (!priority.isEmpty() && !isNumber(priority)) {
            throw bad("boot.priority", "Invalid value for uint32 " + quoted(priority));
        }
    }

    /// Plans a NIC of an instance that is about to start, or to get it.
    ///
    /// @param instanceConfig the instance's own config, for its `volatile.*` keys
    /// @param takenNames the names of the instance's other NICs, chosen or wished
    public static NicPlan plan(
            DeviceName device,
            Map<String, String> options,
            Map<String, String> instanceConfig,
            Function<String, Optional<Network>> networks,
            Set<String> takenNames,
            RandomGenerator random) {
        validate(options, networks);
        var effective = effective(options, networks);
        var keep = new TreeMap<String, String>();
        String prefix = "volatile." + device.value() + ".";

        var hwaddr = hwaddr(options)
                .or(() -> MacAddress.find(instanceConfig.getOrDefault(prefix + "hwaddr", "")))
                .orElseGet(() -> randomHwaddr(random));
        if (option(options, "hwaddr").isEmpty()) {
            keep.put(prefix + "hwaddr", hwaddr.toString());
        }

        String guestName;
        var wished = name(options);
        if (wished.isPresent()) {
            guestName = wished.get();
            if (takenNames.contains(guestName)) {
                throw bad("name", "Duplicate NIC name detected " + quoted(guestName));
            }
        } else {
            String before = instanceConfig.getOrDefault(prefix + "name", "");
            guestName = before.isEmpty() || takenNames.contains(before) ? freeName(takenNames) : before;
            keep.put(prefix + "name", guestName);
        }

        String hostName = "";
        if (!(effective.kind instanceof NicPlan.Kind.Macvlan)) {
            hostName = hostName(options).orElseGet(() -> randomHostName(random));
            keep.put(prefix + "host_name", hostName);
        }
        return new NicPlan(
                device,
                effective.kind,
                guestName,
                hostName,
                hwaddr,
                effective.mtu(options),
                effective.network.map(Network::name),
                fixed(options, "ipv4.address"),
                fixed(options, "ipv6.address"),
                NicPlan.sorted(keep));
    }

    /// Checks that a NIC is the only one of its kind in its network: one name, one hardware address, one fixed address.
    ///
    /// @param others the NICs of all instances in the network; this one among them does not count
    /// @throws ProblemException with what LXD says after `Failed add validation for device "eth1": `
    public static void requireFree(StaticLease wanted, List<StaticLease> others) {
        for (var other : others) {
            boolean same = other.project().equals(wanted.project())
                    && other.instance().equals(wanted.instance())
                    && other.device().equals(wanted.device());
            if (same) {
                continue;
            }
            var name = wanted.dnsName();
            if (name.isPresent()
                    && other.dnsName().filter(name.get()::equalsIgnoreCase).isPresent()) {
                throw Problem.conflict("Instance DNS name " + quoted(name.get()) + " already used on network")
                        .exception();
            }
            if (other.mac().equals(wanted.mac())) {
                throw Problem.conflict(
                                "MAC address " + quoted(wanted.mac().toString()) + " already defined on another NIC")
                        .exception();
            }
            for (var address : List.of(wanted.ipv4(), wanted.ipv6())) {
                if (address.isPresent() && (address.equals(other.ipv4()) || address.equals(other.ipv6()))) {
                    throw Problem.conflict("IP address " + quoted(address.get().toString())
                                    + " already defined on another NIC")
                            .exception();
                }
            }
        }
    }

    /// An address for a NIC that has none: 00:16:3e and three bytes by chance.
    public static MacAddress randomHwaddr(RandomGenerator random) {
        return new MacAddress(MAC_PREFIX | random.nextInt(1 << 24));
    }

    /// `veth` and eight hexadecimal digits.
    static String randomHostName(RandomGenerator random) {
        String digits = Integer.toHexString(random.nextInt());
        return "veth" + "0".repeat(8 - digits.length()) + digits;
    }

    private static String freeName(Set<String> taken) {
        int n = 0;
        while (taken.contains("eth" + n)) {
            n++;
        }
        return "eth" + n;
    }

    // ---- kind and network

    private record Effective(NicPlan.Kind kind, Optional<Network> network, Set<String> allowed, Set<String> later) {
        void requireKnown(String option) {
            if (later.contains(option)) {
                throw new Problem.Unsupported(
                                "Invalid device option " + quoted(option), "this version does not offer it", "")
                        .exception();
            }
            if (!COMMON.contains(option) && !allowed.contains(option) && !option.startsWith("user.")) {
                throw Problem.badRequest("Invalid device option " + quoted(option))
                        .exception();
            }
        }

        int mtu(Map<String, String> options) {
            var own = NicPlanner.mtu(options);
            if (own > 0) {
                return own;
            }
            return network.map(n -> new NetworkConfig(n.config())
                            .find("bridge.mtu")
                            .map(Integer::parseInt)
                            .orElse(0))
                    .orElse(0);
        }
    }

    private static Effective effective(Map<String, String> options, Function<String, Optional<Network>> networks) {
        var network = option(options, "network");
        if (network.isPresent()) {
            for (String excluded : new String[] {"nictype", "parent", "mtu", "maas.subnet.ipv4", "maas.subnet.ipv6"}) {
                if (option(options, excluded).isPresent()) {
                    throw Problem.badRequest("Cannot use " + quoted(excluded)
                                    + " property in conjunction with \"network\" property")
                            .exception();
                }
            }
            var found = networks.apply(network.get());
            if (found.isEmpty()) {
                throw Problem.notFound("Failed to load network " + quoted(network.get()) + ": Network not found")
                        .exception();
            }
            return bridged(found.get().name().value(), found);
        }
        String kind = option(options, "nictype").orElse("");
        switch (kind) {
            case "bridged" -> {
                String parent = parent(options);
                return bridged(parent, networks.apply(parent));
            }
            case "p2p" -> {
                return new Effective(
                        new NicPlan.Kind.PointToPoint(), Optional.empty(), POINT_TO_POINT, POINT_TO_POINT_LATER);
            }
            case "macvlan" -> {
                return new Effective(
                        new NicPlan.Kind.Macvlan(parent(options)), Optional.empty(), MACVLAN, MACVLAN_LATER);
            }
            case "physical", "routed", "ipvlan", "sriov", "ovn" ->
                throw new Problem.Unsupported(
                                "Unsupported device type",
                                "this version has no NICs of type " + kind,
                                "use nictype bridged, macvlan or p2p, or network=NAME")
                        .exception();
            default -> throw Problem.badRequest("Unsupported device type").exception();
        }
    }

    private static Effective bridged(String bridge, Optional<Network> network) {
        return new Effective(new NicPlan.Kind.Bridged(bridge), network, BRIDGED, BRIDGED_LATER);
    }

    private static String parent(Map<String, String> options) {
        String parent = option(options, "parent").orElseThrow(() -> bad("parent", "Required value"));
        String wrong = InterfaceNames.complaint(parent);
        if (wrong != null) {
            throw bad("parent", wrong);
        }
        return parent;
    }

    // ---- options

    private static Optional<String> option(Map<String, String> options, String key) {
        return Optional.ofNullable(options.get(key)).filter(v -> !v.isEmpty());
    }

    private static Optional<MacAddress> hwaddr(Map<String, String> options) {
        return option(options, "hwaddr")
                .map(text -> MacAddress.find(text)
                        .filter(mac -> (mac.bits() >> 40 & 1) == 0 && mac.bits() != 0)
                        .orElseThrow(() ->
                                bad("hwaddr", "Invalid MAC address, must be 6 bytes of hex separated by colons")));
    }

    private static Optional<String> name(Map<String, String> options) {
        var name = option(options, "name");
        requireName("name", name);
        if (name.isPresent() && name.get().equals("lo")) {
            throw bad("name", "Network interface \"lo\" is the loopback");
        }
        return name;
    }

    private static Optional<String> hostName(Map<String, String> options) {
        var name = option(options, "host_name");
        requireName("host_name", name);
        return name;
    }

    private static void requireName(String option, Optional<String> name) {
        String wrong = name.isPresent() ? InterfaceNames.complaint(name.get()) : null;
        if (wrong != null) {
            throw bad(option, wrong);
        }
    }

    private static int mtu(Map<String, String> options) {
        String text = option(options, "mtu").orElse("");
        if (text.isEmpty()) {
            return 0;
        }
        int mtu = isNumber(text) ? Integer.parseInt(text) : -1;
        if (mtu < 0) {
            throw bad("mtu", "Invalid MTU " + quoted(text));
        }
        if (mtu < SMALLEST_MTU || mtu > LARGEST_MTU) {
            throw bad("mtu", "Out of MTU range (" + SMALLEST_MTU + "-" + LARGEST_MTU + ") " + quoted(text));
        }
        return mtu;
    }

    private static boolean isNumber(String text) {
        if (text.isEmpty() || text.length() > 9) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static Optional<IpAddress> fixed(Map<String, String> options, String key) {
        return option(options, key).flatMap(IpAddress::find);
    }

    private static void fixedAddress(Effective nic, Map<String, String> options, String key, boolean v6) {
        var text = option(options, key);
        if (text.isEmpty() || !(nic.kind instanceof NicPlan.Kind.Bridged(String bridge))) {
            return;
        }
        if (text.get().equals("none")) {
            throw Problem.badRequest("Cannot have " + key + " as none unless using security." + (v6 ? "ipv6" : "ipv4")
                            + "_filtering")
                    .exception();
        }
        var address = IpAddress.find(text.get()).filter(a -> a.v6() == v6);
        if (nic.network.isEmpty()) {
            if (address.isEmpty()) {
                throw bad(key, "Not an " + (v6 ? "IPv6" : "IPv4") + " address " + quoted(text.get()));
            }
            return;
        }
        var config = BridgeConfig.of(nic.network.get());
        var family = v6 ? config.ipv6() : config.ipv4();
        if (v6 && !(family.dhcp() && config.statefulDhcp6())) {
            throw Problem.badRequest("Cannot specify \"ipv6.address\" when DHCP or \"ipv6.dhcp.stateful\" are disabled"
                            + " (unless using security.ipv6_filtering) on network " + quoted(bridge))
                    .exception();
        }
        if (!family.dhcp() || family.address().isEmpty()) {
            throw Problem.badRequest("Cannot specify " + quoted(key)
                            + " when DHCP is disabled (unless using security." + (v6 ? "ipv6" : "ipv4")
                            + "_filtering) on network " + quoted(bridge))
                    .exception();
        }
        var subnet = family.address().get();
        if (address.isEmpty() || !subnet.contains(address.get())) {
            throw Problem.badRequest("Device IP address " + quoted(text.get()) + " not within network " + quoted(bridge)
                            + " subnet")
                    .exception();
        }
        if (address.get().equals(subnet.address())) {
            throw Problem.badRequest("IP address " + quoted(text.get())
                            + " is assigned to parent managed network device " + quoted(bridge))
                    .exception();
        }
    }

    private static ProblemException bad(String option, String wrong) {
        return Problem.badRequest("Invalid value for device option " + quoted(option) + ": " + wrong)
                .exception();
    }

    private static String quoted(String text) {
        return "\"" + Problem.printable(text) + "\"";
    }
}
