package io.lightvisor.model.device;

import io.lightvisor.model.NetworkName;
import io.lightvisor.model.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A network interface.
///
/// @param kind      how it is attached
/// @param network   the managed network that it belongs to; excludes `parent`
/// @param parent    the interface of the host that it hangs on
/// @param guestName the name inside, if one was asked for
/// @param hwaddr    the MAC address, if one was asked for
/// @param mtu       0 for that of the parent
public record NicDevice(
        String name,
        Map<String, String> options,
        Kind kind,
        Optional<NetworkName> network,
        Optional<String> parent,
        Optional<String> guestName,
        Optional<String> hwaddr,
        int mtu)
        implements Device {
    public NicDevice {
        options = Map.copyOf(options);
    }

    /// How a NIC is attached. With `network`, the network decides; all that are offered are bridges.
    public enum Kind {
        BRIDGED("bridged", true, DeviceOptions.NIC_BRIDGED),
        MACVLAN("macvlan", true, DeviceOptions.NIC_MACVLAN),
        P2P("p2p", true, DeviceOptions.NIC_P2P),
        IPVLAN("ipvlan", true, DeviceOptions.NIC_IPVLAN),
        OVN("ovn", false, DeviceOptions.NIC_OVN),
        PHYSICAL("physical", true, DeviceOptions.NIC_PHYSICAL),
        ROUTED("routed", true, DeviceOptions.NIC_ROUTED_ALL),
        SRIOV("sriov", true, DeviceOptions.NIC_SRIOV);

        private final String wire;
        private final boolean offered;
        private final List<Option> known;

        Kind(String wire, boolean offered, List<Option> known) {
            this.wire = wire;
            this.offered = offered;
            this.known = known;
        }

        /// The spelling of `nictype`.
        public String wire() {
            return wire;
        }

        private static Kind of(String device, String wire) {
            for (var kind : values()) {
                if (kind.wire.equals(wire)) {
                    return kind;
                }
            }
            throw new InvalidDevice(Device.failedLoading(device, "Unsupported device type"));
        }
    }

    @Override
    public String missing() {
        return kind.offered ? "" : "NICs of type " + kind.wire + " are not offered by this version";
    }

    static NicDevice of(String name, Map<String, String> options) {
        String network = options.getOrDefault("network", "");
        if (!network.isEmpty()) {
            for (String option : List.of("nictype", "parent", "mtu", "maas.subnet.ipv4", "maas.subnet.ipv6")) {
                if (!options.getOrDefault(option, "").isEmpty()) {
                    throw new InvalidDevice(
                            "Cannot use \"" + option + "\" property in conjunction with \"network\" property");
                }
            }
        }
        var kind = network.isEmpty() ? Kind.of(name, options.getOrDefault("nictype", "")) : Kind.BRIDGED;
        DeviceOptions.check(kind.known, options);
        if (network.isEmpty() && kind == Kind.BRIDGED && find(options, "parent").isEmpty()) {
            throw new InvalidDevice("Invalid value for device option \"parent\": Required value");
        }
        return new NicDevice(
                name,
                options,
                kind,
                network(network),
                find(options, "parent"),
                find(options, "name"),
                find(options, "hwaddr"),
                find(options, "mtu")
                        .map(m -> (int) Math.min(Long.parseLong(m), Integer.MAX_VALUE))
                        .orElse(0));
    }

    private static Optional<NetworkName> network(String network) {
        try {
            return network.isEmpty() ? Optional.empty() : Optional.of(new NetworkName(network));
        } catch (ProblemException e) {
            throw new InvalidDevice("Invalid value for device option \"network\": "
                    + e.problem().why());
        }
    }

    private static Optional<String> find(Map<String, String> options, String option) {
        String value = options.getOrDefault(option, "");
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }
}
