package io.lightvisor.engine.device;

import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.device.ProxyAddress;
import io.lightvisor.model.device.ProxyDevice;
import io.lightvisor.network.PortForward;
import io.lightvisor.network.PortForwards;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Turns a proxy with `nat=true` into forwards of the firewall. They need an address of the instance that stays.
final class ProxyNat {
    private ProxyNat() {}

    /// A NIC's fixed address, the interface of the host that leads there, and the NIC's own end on the host.
    private record Static(IpAddress address, String parent, String port) {}

    static List<PortForward> plan(ExpandedInstance instance, ProxyDevice proxy) {
        var listen = (ProxyAddress.Network) proxy.listen();
        var connect = (ProxyAddress.Network) proxy.connect();
        var from = IpAddress.parse(listen.host());
        var to = target(instance, proxy, from.v6(), connect.host());
        if (from.isLoopback() && !from.v6() && !to.parent().isEmpty()) {
            PortForwards.allowLoopback(to.parent());
        }
        if (!to.port().isEmpty()) {
            PortForwards.allowHairpin(to.port());
        }
        var forwards = new ArrayList<PortForward>();
        for (int i = 0; i < listen.count(); i++) {
            int port = connect.ports().get(connect.count() == 1 ? 0 : i);
            forwards.add(new PortForward(listen.udp(), from, listen.ports().get(i), to.address(), port));
        }
        return forwards;
    }

    private static Static target(ExpandedInstance instance, ProxyDevice proxy, boolean six, String wanted) {
        var fixed = fixed(instance, six);
        String family = six ? "IPv6" : "IPv4";
        if (wanted.isEmpty() || wanted.equals("0.0.0.0") || wanted.equals("::")) {
            if (fixed.isEmpty()) {
                throw DeviceFailure.start(
                        proxy.name(),
                        "Instance has no static " + family + " address assigned to be used as the connect IP");
            }
            return fixed.values().iterator().next();
        }
        return Optional.ofNullable(fixed.get(IpAddress.parse(wanted).toString()))
                .orElseThrow(() -> DeviceFailure.start(
                        proxy.name(),
                        "Connect IP \"" + wanted + "\" must be one of the instance's static " + family + " addresses"));
    }

    private static Map<String, Static> fixed(ExpandedInstance instance, boolean six) {
        var found = new TreeMap<String, Static>();
        instance.devices().byName().forEach((device, options) -> {
            if ("nic".equals(options.get("type"))) {
                String parent = options.getOrDefault("network", options.getOrDefault("parent", ""));
                String port = instance.config("volatile." + device + ".host_name", "");
                for (String text : options.getOrDefault(six ? "ipv6.address" : "ipv4.address", "")
                        .split(",", -1)) {
                    IpAddress.find(text.strip())
                            .filter(a -> a.v6() == six)
                            .ifPresent(a -> found.put(a.toString(), new Static(a, parent, port)));
                }
            }
        });
        return found;
    }
}
