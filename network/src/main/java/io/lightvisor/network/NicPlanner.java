package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.LinkKind;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.model.Booleans;
import io.lightvisor.model.DeviceName;
import io.lightvisor.model.Network;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// Decides what a device of type `nic` comes to. Pure: options, the instance's volatile keys and the
/// networks in, a plan or a problem out. Problems carry LXD's words; the caller puts the device's name
/// before them.
public final class NicPlanner {
    private static final Set<String> COMMON =
            Set.of("type", "nictype", "network", "parent", "name", "hwaddr", "mtu", "boot.priority");
    private static final Set<String> PAIR = Set.of(
            "host_name",
            "ipv4.routes",
            "ipv6.routes",
            "limits.egress",
            "limits.ingress",
            "limits.max",
            "limits.priority",
            "queue.tx.length");
    private static final Set<String> BRIDGED = joined(
            PAIR,
            "ipv4.address",
            "ipv6.address",
            "ipv4.routes.external",
            "ipv6.routes.external",
            "maas.subnet.ipv4",
            "maas.subnet.ipv6",
            "security.ipv4_filtering",
            "security.ipv6_filtering",
            "security.mac_filtering",
            "security.port_isolation",
            "vlan",
            "vlan.tagged");
    private static final Set<String> LOWER = Set.of("gvrp", "maas.subnet.ipv4", "maas.subnet.ipv6", "vlan");
    private static final Set<String> SRIOV = joined(LOWER, "security.mac_filtering");
    private static final Set<String> ADDRESSES = Set.of(
            "gvrp",
            "ipv4.address",
            "ipv4.gateway",
            "ipv4.host_table",
            "ipv6.address",
            "ipv6.gateway",
            "ipv6.host_table",
            "vlan");
    private static final Set<String> IPVLAN = joined(ADDRESSES, "mode");
    private static final Set<String> ROUTED = joined(
            union(PAIR, ADDRESSES),
            "ipv4.host_address",
            "ipv4.neighbor_probe",
            "ipv6.host_address",
            "ipv6.neighbor_probe");
    private static final IpAddress HOST_IPV4 = IpAddress.parse("169.254.0.1");
    private static final IpAddress HOST_IPV6 = IpAddress.parse("fe80::1");
    private static final int LARGEST_VLAN = 4094;
    private static final int SMALLEST_MTU = 1280;
    private static final int LARGEST_MTU = 16384;

    /// 00:16:3e, the prefix that LXD and Xen give to guests.
    private static final long MAC_PREFIX = 0x00163eL << 24;

    /// No address: that of the interface itself stays.
    private static final MacAddress OWN = new MacAddress(0);

    private NicPlanner() {}

    private static Set<String> joined(Set<String> some, String... more) {
        return union(some, Set.of(more));
    }

    private static Set<String> union(Set<String> some, Set<String> more) {
        var all = new HashSet<>(some);
        all.addAll(more);
        return Set.copyOf(all);
    }

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
        NicSettingsReader.validate(options, effective.kind instanceof NicPlan.Kind.Bridged, effective.network);
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
                .or(() -> MacAddress.find(instanceConfig.getOrDefault(prefix + "hwaddr", ""))
                        .filter(_ -> effective.hasOwnAddress()))
                .orElseGet(() -> effective.hasOwnAddress() ? randomHwaddr(random) : OWN);
        if (option(options, "hwaddr").isEmpty() && effective.hasOwnAddress()) {
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

        String hostName = hostName(effective, options, random);
        if (!hostName.isEmpty()) {
            keep.put(prefix + "host_name", hostName);
        }
        return new NicPlan(
                device,
                effective.kind,
                guestName,
                hostName,
                hwaddr,
                effective.mtu(options),
                queue(options),
                effective.network.map(Network::name),
                fixed(options, "ipv4.address"),
                fixed(options, "ipv6.address"),
                NicSettingsReader.read(options, effective.network, hwaddr),
                NicPlan.sorted(keep));
    }

    /// Whether two devices differ only in what can change while the NIC is in use: limits, routes, filters,
    /// isolation and fixed addresses of pairs.
    public static boolean isSameButForSettings(Map<String, String> before, Map<String, String> after) {
        String kind = before.getOrDefault("nictype", "");
        boolean bridged = !before.getOrDefault("network", "").isEmpty() || kind.equals("bridged");
        if (!before.getOrDefault("type", "").equals("nic")
                || !bridged && !kind.equals("p2p") && !kind.equals("routed")) {
            return false;
        }
        return fixed(before, bridged).equals(fixed(after, bridged));
    }

    private static Map<String, String> fixed(Map<String, String> options, boolean bridged) {
        var fixed = new TreeMap<>(options);
        fixed.keySet()
                .removeIf(key -> key.startsWith("limits.")
                        || key.startsWith("user.")
                        || key.equals("boot.priority")
                        || key.startsWith("ipv4.routes")
                        || key.startsWith("ipv6.routes")
                        || bridged && (key.startsWith("security.") || key.equals("ipv4.address"))
                        || bridged && key.equals("ipv6.address"));
        return fixed;
    }

    /// Plans a NIC that an instance has already, as it is: under the names that it was given.
    ///
    /// @param instanceConfig with the NIC's `volatile.*` keys
    public static NicPlan present(
            DeviceName device,
            Map<String, String> options,
            Map<String, String> instanceConfig,
            Function<String, Optional<Network>> networks,
            RandomGenerator random) {
        var known = new TreeMap<>(options);
        String hostName = instanceConfig.getOrDefault("volatile." + device.value() + ".host_name", "");
        var plan = plan(device, known, instanceConfig, networks, Set.of(), random);
        plan = hostName.isEmpty() ? plan : plan.named(hostName);
        var address = IpAddress.find(
                instanceConfig.getOrDefault("volatile." + device.value() + ".last_state.ip_addresses", ""));
        return address.isPresent() && plan.wantsIpv4(options) ? plan.withIpv4(address.get()) : plan;
    }

    /// An IPv4 address of a network for a NIC whose filter needs one: the first of its DHCP range that is
    /// free, so that it can be told what it may use.
    ///
    /// @param taken the NICs of all instances in the network, with their addresses
    public static Optional<IpAddress> freeIpv4(Network network, List<StaticLease> taken, Set<String> given) {
        var family = BridgeConfig.of(network).ipv4();
        if (family.address().isEmpty()) {
            return Optional.empty();
        }
        var subnet = family.address().get();
        var used = new HashSet<IpAddress>();
        used.add(subnet.address());
        used.add(subnet.first());
        used.add(subnet.last());
        taken.forEach(lease -> lease.ipv4().ifPresent(used::add));
        var ranges = family.ranges().isEmpty() ? List.of(new IpRange(subnet.first(), subnet.last())) : family.ranges();
        for (var range : ranges) {
            for (var ip = range.first(); ip.compareTo(range.last()) <= 0; ip = ip.plus(1)) {
                if (!used.contains(ip) && !given.contains(ip.toString())) {
                    return Optional.of(ip);
                }
            }
        }
        return Optional.empty();
    }

    private static String hostName(Effective effective, Map<String, String> options, RandomGenerator random) {
        return switch (effective.kind) {
            case NicPlan.Kind.Bridged _, NicPlan.Kind.PointToPoint _, NicPlan.Kind.Routed _ ->
                hostName(options).orElseGet(() -> randomHostName(random));
            case NicPlan.Kind.Physical physical -> physical.lower().name();
            case NicPlan.Kind.Macvlan _, NicPlan.Kind.Ipvlan _, NicPlan.Kind.Sriov _ -> "";
        };
    }

    /// Checks that a NIC is the only one of its kind in its network: one name, one hardware address, one
    /// fixed address.
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

    private record Effective(NicPlan.Kind kind, Optional<Network> network, Set<String> allowed) {
        void requireKnown(String option) {
            if (!COMMON.contains(option) && !allowed.contains(option) && !option.startsWith("user.")) {
                throw Problem.badRequest("Invalid device option " + quoted(option))
                        .exception();
            }
        }

        /// Whether it is given a hardware address that is made here.
        boolean hasOwnAddress() {
            return switch (kind) {
                case NicPlan.Kind.Physical _, NicPlan.Kind.Ipvlan _, NicPlan.Kind.Sriov _ -> false;
                default -> true;
            };
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
                return alone(new NicPlan.Kind.PointToPoint(), PAIR);
            }
            case "macvlan" -> {
                return alone(new NicPlan.Kind.Macvlan(lower(options)), LOWER);
            }
            case "physical" -> {
                return alone(new NicPlan.Kind.Physical(lower(options)), LOWER);
            }
            case "routed" -> {
                if (option(options, "parent").isEmpty()
                        && option(options, "vlan").isPresent()) {
                    throw Problem.badRequest("The vlan setting can only be used when combined with a parent interface")
                            .exception();
                }
                var lower = option(options, "parent").map(_ -> lower(options));
                return alone(new NicPlan.Kind.Routed(lower, addresses(options)), ROUTED);
            }
            case "ipvlan" -> {
                var mode = options.getOrDefault("mode", "").equals("l2")
                        ? LinkKind.Ipvlan.Mode.L2
                        : LinkKind.Ipvlan.Mode.L3S;
                return alone(new NicPlan.Kind.Ipvlan(lower(options), mode, addresses(options)), IPVLAN);
            }
            case "sriov" -> {
                return alone(new NicPlan.Kind.Sriov(parent(options)), SRIOV);
            }
            case "ovn" ->
                throw Problem.notFound("Error loading network config for \"\": Network not found")
                        .exception();
            default -> throw Problem.badRequest("Unsupported device type").exception();
        }
    }

    private static Effective bridged(String bridge, Optional<Network> network) {
        return new Effective(new NicPlan.Kind.Bridged(bridge), network, BRIDGED);
    }

    private static Effective alone(NicPlan.Kind kind, Set<String> allowed) {
        return new Effective(kind, Optional.empty(), allowed);
    }

    private static NicPlan.Lower lower(Map<String, String> options) {
        String vlan = options.getOrDefault("vlan", "");
        if (!vlan.isEmpty() && (!isNumber(vlan) || Integer.parseInt(vlan) > LARGEST_VLAN)) {
            throw bad("vlan", (isNumber(vlan) ? "Out of VLAN ID range (0-4094) " : "Invalid VLAN ID ") + quoted(vlan));
        }
        return new NicPlan.Lower(
                parent(options),
                vlan.isEmpty() ? 0 : Integer.parseInt(vlan),
                Booleans.parse(options.getOrDefault("gvrp", "")));
    }

    private static NicPlan.RoutedAddresses addresses(Map<String, String> options) {
        return new NicPlan.RoutedAddresses(
                addresses(options, "ipv4.address", false),
                addresses(options, "ipv6.address", true),
                !options.getOrDefault("ipv4.gateway", "").equals("none"),
                !options.getOrDefault("ipv6.gateway", "").equals("none"),
                fixed(options, "ipv4.host_address").orElse(HOST_IPV4),
                fixed(options, "ipv6.host_address").orElse(HOST_IPV6),
                table(options, "ipv4.host_table"),
                table(options, "ipv6.host_table"));
    }

    private static List<IpAddress> addresses(Map<String, String> options, String key, boolean v6) {
        var found = new ArrayList<IpAddress>();
        for (String part : BridgeConfig.list(options.getOrDefault(key, ""))) {
            found.add(IpAddress.find(part)
                    .filter(ip -> ip.v6() == v6)
                    .orElseThrow(() -> bad(
                            key,
                            "Item " + quoted(part) + ": Not an " + (v6 ? "IPv6" : "IPv4") + " address "
                                    + quoted(part))));
        }
        return found;
    }

    private static int table(Map<String, String> options, String key) {
        String text = options.getOrDefault(key, "");
        return isNumber(text) ? Integer.parseInt(text) : 0;
    }

    private static int queue(Map<String, String> options) {
        String text = options.getOrDefault("queue.tx.length", "");
        return isNumber(text) ? Integer.parseInt(text) : 0;
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
        boolean filtered =
                Booleans.parse(options.getOrDefault("security." + (v6 ? "ipv6" : "ipv4") + "_filtering", ""));
        if (text.get().equals("none")) {
            if (filtered) {
                return;
            }
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
        if (v6 && !filtered && !(family.dhcp() && config.statefulDhcp6())) {
            throw Problem.badRequest("Cannot specify \"ipv6.address\" when DHCP or \"ipv6.dhcp.stateful\" are disabled"
                            + " (unless using security.ipv6_filtering) on network " + quoted(bridge))
                    .exception();
        }
        if (!filtered && !family.dhcp() || family.address().isEmpty()) {
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
