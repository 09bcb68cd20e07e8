package io.lightvisor.engine.server;

import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.model.Booleans;
import io.lightvisor.model.DeviceName;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Network;
import io.lightvisor.model.NetworkName;
import io.lightvisor.network.StaticLease;
import io.lightvisor.store.Facts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The NICs of instances as their networks' DHCP and DNS know them. Pure.
public final class NetworkLeases {
    private NetworkLeases() {}

    /// Of all instances, by network.
    public static Map<NetworkName, List<StaticLease>> all(Facts facts) {
        var found = new HashMap<NetworkName, List<StaticLease>>();
        for (var instance : facts.instances()) {
            of(facts, instance)
                    .forEach((network, leases) -> found.computeIfAbsent(network, _ -> new ArrayList<>())
                            .addAll(leases));
        }
        return found;
    }

    /// Of all instances in one network.
    public static List<StaticLease> in(Facts facts, Network network) {
        return all(facts).getOrDefault(network.name(), List.of());
    }

    /// Of one instance, by network. A NIC that has no address yet is left out: it gets one at its first
    /// start.
    public static Map<NetworkName, List<StaticLease>> of(Facts facts, Instance instance) {
        var found = new HashMap<NetworkName, List<StaticLease>>();
        var owner = Projects.networksOf(facts, instance.project());
        var expanded = ExpandedInstance.of(instance, Profiles.of(facts, instance));
        expanded.devices().byName().forEach((device, options) -> {
            String name = options.getOrDefault("network", options.getOrDefault("parent", ""));
            if (!"nic".equals(options.get("type")) || name.isEmpty()) {
                return;
            }
            for (var network : facts.networks(owner)) {
                if (network.name().value().equals(name)) {
                    lease(expanded, device, options)
                            .ifPresent(lease -> found.computeIfAbsent(network.name(), _ -> new ArrayList<>())
                                    .add(lease));
                }
            }
        });
        return found;
    }

    private static Optional<StaticLease> lease(ExpandedInstance expanded, String device, Map<String, String> options) {
        var instance = expanded.instance();
        String hwaddr = options.getOrDefault("hwaddr", "");
        if (hwaddr.isEmpty()) {
            hwaddr = instance.config("volatile." + device + ".hwaddr", "");
        }
        return MacAddress.find(hwaddr)
                .map(mac -> new StaticLease(
                        instance.project(),
                        instance.name(),
                        new DeviceName(device),
                        mac,
                        ipv4(expanded, device, options),
                        address(options, "ipv6.address")));
    }

    /// A NIC whose filter needs an address has one that was chosen for it.
    private static Optional<IpAddress> ipv4(ExpandedInstance expanded, String device, Map<String, String> options) {
        return options.getOrDefault("ipv4.address", "").isEmpty()
                        && Booleans.parse(options.getOrDefault("security.ipv4_filtering", ""))
                ? IpAddress.find(expanded.instance().config("volatile." + device + ".last_state.ip_addresses", ""))
                : address(options, "ipv4.address");
    }

    private static Optional<IpAddress> address(Map<String, String> options, String key) {
        String text = options.getOrDefault(key, "");
        return text.isEmpty() || text.equals("none") ? Optional.empty() : IpAddress.find(text);
    }
}
