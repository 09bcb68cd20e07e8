package io.lightvisor.model.device;

import static io.lightvisor.model.device.Option.may;
import static io.lightvisor.model.device.Option.must;

import io.lightvisor.model.Problem;
import io.lightvisor.model.config.Check;
import io.lightvisor.model.config.Checks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The options of every type of device.
final class DeviceOptions {
    static final List<Option> NONE = List.of();

    static final List<Option> DISK = List.of(
            may("boot.priority", Checks.UINT32),
            may("ceph.cluster_name", Checks.ANY),
            may("ceph.user_name", Checks.ANY),
            may("limits.max", DeviceChecks.IO_LIMIT),
            may("limits.read", DeviceChecks.IO_LIMIT),
            may("limits.write", DeviceChecks.IO_LIMIT),
            may("optional", Checks.BOOLEAN),
            may("path", Checks.ANY),
            may("pool", Checks.ANY),
            may("propagation", propagation()),
            may("raw.mount.options", Checks.ANY),
            may("readonly", Checks.BOOLEAN),
            may("recursive", Checks.BOOLEAN),
            may("required", Checks.BOOLEAN),
            may("shift", Checks.BOOLEAN),
            may("size", Checks.SIZE),
            may("size.state", Checks.SIZE),
            may("source", Checks.ANY));

    private static final List<Option> NIC_COMMON = List.of(
            may("boot.priority", Checks.UINT32),
            may("hwaddr", DeviceChecks.MAC),
            may("mtu", DeviceChecks.MTU),
            may("name", DeviceChecks.INTERFACE_NAME),
            may("network", Checks.ANY),
            may("nictype", Checks.ANY));

    private static final List<Option> NIC_LIMITS = List.of(
            may("host_name", DeviceChecks.INTERFACE_NAME),
            may("ipv4.routes", DeviceChecks.IPV4_NETWORKS),
            may("ipv6.routes", DeviceChecks.IPV6_NETWORKS),
            may("limits.egress", Checks.ANY),
            may("limits.ingress", Checks.ANY),
            may("limits.max", Checks.ANY),
            may("limits.priority", Checks.UINT32),
            may("queue.tx.length", Checks.UINT32));

    private static final List<Option> NIC_VLAN = List.of(
            may("gvrp", Checks.BOOLEAN),
            may("maas.subnet.ipv4", Checks.ANY),
            may("maas.subnet.ipv6", Checks.ANY),
            must("parent", Checks.ANY),
            may("vlan", DeviceChecks.VLAN));

    private static final List<Option> NIC_ROUTED = List.of(
            may("ipv4.address", Checks.listOf(DeviceChecks.IPV4)),
            may("ipv6.address", Checks.listOf(DeviceChecks.IPV6)),
            may("ipv4.gateway", DeviceChecks.GATEWAY),
            may("ipv6.gateway", DeviceChecks.GATEWAY),
            may("ipv4.host_table", Checks.UINT32),
            may("ipv6.host_table", Checks.UINT32),
            may("gvrp", Checks.BOOLEAN),
            may("vlan", DeviceChecks.VLAN));

    static final List<Option> NIC_BRIDGED = joined(
            NIC_COMMON,
            NIC_LIMITS,
            List.of(
                    may("ipv4.address", noneOr(DeviceChecks.IPV4)),
                    may("ipv6.address", noneOr(DeviceChecks.IPV6)),
                    may("ipv4.routes.external", DeviceChecks.IPV4_NETWORKS),
                    may("ipv6.routes.external", DeviceChecks.IPV6_NETWORKS),
                    may("maas.subnet.ipv4", Checks.ANY),
                    may("maas.subnet.ipv6", Checks.ANY),
                    may("parent", Checks.ANY),
                    may("security.ipv4_filtering", Checks.BOOLEAN),
                    may("security.ipv6_filtering", Checks.BOOLEAN),
                    may("security.mac_filtering", Checks.BOOLEAN),
                    may("security.port_isolation", Checks.BOOLEAN),
                    may("vlan", DeviceChecks.VLAN_OR_NONE),
                    may("vlan.tagged", Checks.ANY)));

    static final List<Option> NIC_P2P = joined(NIC_COMMON, NIC_LIMITS);
    static final List<Option> NIC_MACVLAN = joined(NIC_COMMON, NIC_VLAN);
    static final List<Option> NIC_PHYSICAL = NIC_MACVLAN;
    static final List<Option> NIC_SRIOV =
            joined(NIC_COMMON, NIC_VLAN, List.of(may("security.mac_filtering", Checks.BOOLEAN)));
    static final List<Option> NIC_IPVLAN =
            joined(NIC_COMMON, NIC_ROUTED, List.of(must("parent", Checks.ANY), may("mode", mode())));
    static final List<Option> NIC_ROUTED_ALL = joined(
            NIC_COMMON,
            NIC_LIMITS,
            NIC_ROUTED,
            List.of(
                    may("ipv4.host_address", DeviceChecks.IPV4),
                    may("ipv6.host_address", DeviceChecks.IPV6),
                    may("ipv4.neighbor_probe", Checks.BOOLEAN),
                    may("ipv6.neighbor_probe", Checks.BOOLEAN),
                    may("parent", Checks.ANY)));
    static final List<Option> NIC_OVN = joined(
            NIC_COMMON,
            List.of(
                    may("acceleration", Checks.oneOf("none", "sriov")),
                    may("host_name", DeviceChecks.INTERFACE_NAME),
                    may("ipv4.address", DeviceChecks.IPV4),
                    may("ipv6.address", DeviceChecks.IPV6),
                    may("ipv4.routes", DeviceChecks.IPV4_NETWORKS),
                    may("ipv6.routes", DeviceChecks.IPV6_NETWORKS),
                    may("ipv4.routes.external", DeviceChecks.IPV4_NETWORKS),
                    may("ipv6.routes.external", DeviceChecks.IPV6_NETWORKS),
                    may("security.acls", Checks.ANY),
                    may("security.acls.default.egress.action", Checks.ANY),
                    may("security.acls.default.egress.logged", Checks.BOOLEAN),
                    may("security.acls.default.ingress.action", Checks.ANY),
                    may("security.acls.default.ingress.logged", Checks.BOOLEAN)));

    static final List<Option> PROXY = List.of(
            may("listen", v -> ProxyAddress.read(v).complaint()),
            may("connect", v -> ProxyAddress.read(v).complaint()),
            may("bind", bind()),
            may("gid", DeviceChecks.UNIX_ID),
            may("mode", DeviceChecks.FILE_MODE),
            may("nat", Checks.BOOLEAN),
            may("proxy_protocol", Checks.BOOLEAN),
            may("security.gid", DeviceChecks.UNIX_ID),
            may("security.uid", DeviceChecks.UNIX_ID),
            may("uid", DeviceChecks.UNIX_ID));

    private static final List<Option> OWNER = List.of(
            may("gid", DeviceChecks.UNIX_ID), may("mode", DeviceChecks.FILE_MODE), may("uid", DeviceChecks.UNIX_ID));

    static final List<Option> UNIX = joined(
            OWNER,
            List.of(
                    may("major", DeviceChecks.DEVICE_NUMBER),
                    may("minor", DeviceChecks.DEVICE_NUMBER),
                    may("path", Checks.ANY),
                    may("required", Checks.BOOLEAN),
                    may("source", DeviceChecks.IN_DEV)));

    static final List<Option> PRODUCT = joined(
            OWNER,
            List.of(
                    may("productid", DeviceChecks.PRODUCT_ID),
                    may("required", Checks.BOOLEAN),
                    may("vendorid", DeviceChecks.PRODUCT_ID)));

    static final List<Option> GPU = joined(
            OWNER,
            List.of(
                    may("gputype", Checks.ANY),
                    may("id", Checks.ANY),
                    may("mig.ci", Checks.UINT32),
                    may("mig.gi", Checks.UINT32),
                    may("mig.uuid", Checks.UUID),
                    may("pci", DeviceChecks.PCI_ADDRESS),
                    may("productid", DeviceChecks.PRODUCT_ID),
                    may("vendorid", DeviceChecks.PRODUCT_ID)));

    static final List<Option> INFINIBAND = List.of(
            may("hwaddr", DeviceChecks.INFINIBAND_ADDRESS),
            may("mtu", DeviceChecks.MTU),
            may("name", DeviceChecks.INTERFACE_NAME),
            may("nictype", Checks.ANY),
            must("parent", Checks.ANY));

    static final List<Option> TPM = List.of(must("path", Checks.ANY), must("pathrm", Checks.ANY));

    static final List<Option> PCI = List.of(must("address", DeviceChecks.PCI_ADDRESS));

    private DeviceOptions() {}

    /// Checks what was written against what there is: first the values of known options, then for unknown
    /// ones.
    static void check(List<Option> known, Map<String, String> options) {
        for (var option : known) {
            String value = options.getOrDefault(option.name(), "");
            String complaint =
                    !value.isEmpty() ? option.check().complaint(value) : option.required() ? "Required value" : "";
            if (!complaint.isEmpty()) {
                throw new InvalidDevice("Invalid value for device option \"" + option.name() + "\": " + complaint);
            }
        }
        for (String name : new TreeMap<>(options).keySet()) {
            if (!name.equals("type") && !name.startsWith("user.") && !contains(known, name)) {
                throw new InvalidDevice("Invalid device option \"" + Problem.printable(name) + "\"");
            }
        }
    }

    private static boolean contains(List<Option> known, String name) {
        for (var option : known) {
            if (option.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    @SafeVarargs
    private static List<Option> joined(List<Option>... lists) {
        var all = new ArrayList<Option>();
        for (var list : lists) {
            all.addAll(list);
        }
        return List.copyOf(all);
    }

    private static Check noneOr(Check check) {
        return v -> v.equals("none") ? "" : check.complaint(v);
    }

    private static Check propagation() {
        return Checks.oneOf("private", "shared", "slave", "unbindable", "rprivate", "rshared", "rslave", "runbindable");
    }

    private static Check mode() {
        return Checks.saying("Must be one of: l3s, l2", Checks.oneOf("l3s", "l2"));
    }

    private static Check bind() {
        // "container" and "guest" are spellings of older clients.
        return Checks.saying(
                "Invalid binding side given. Must be \"host\" or \"instance\"",
                Checks.oneOf("host", "instance", "container", "guest"));
    }
}
