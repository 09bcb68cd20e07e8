package io.lightvisor.network;

import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.netlink.DeviceDatagram;
import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.linux.netlink.Rtnetlink;
import io.lightvisor.model.DeviceName;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.Network;
import io.lightvisor.model.ProjectName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGenerator;

/// What the DHCP and DNS of the managed networks know of the NICs of instances.
final class Leases {
    private static final System.Logger LOG = System.getLogger("lightvisor.network");

    private final DnsmasqServers servers;
    private final Rtnetlink look;
    private final RandomGenerator random;

    Leases(DnsmasqServers servers, Rtnetlink look, RandomGenerator random) {
        this.servers = servers;
        this.look = look;
        this.random = random;
    }

    void register(String network, StaticLease lease) {
        var files = servers.files(network);
        files.create();
        if (files.put(lease) == DnsmasqFiles.Change.REPLACED) {
            servers.server(network).reload();
        }
    }

    void unregister(String network, ProjectName project, InstanceName instance, DeviceName device) {
        var files = servers.files(network);
        var hwaddr = files.hwaddr(project, instance, device);
        if (files.remove(project, instance, device) == DnsmasqFiles.Change.NONE) {
            return;
        }
        hwaddr.ifPresent(mac -> release(network, files, mac));
        servers.server(network).reload();
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

    List<Lease> list(Network network, List<StaticLease> leases) {
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
        for (var given : servers.files(config.name()).given()) {
            if (seen.add(given.address())) {
                found.add(new Lease(
                        given.hostname(), given.hwaddr(), given.address().toString(), Lease.Type.DYNAMIC));
            }
        }
        return found;
    }
}
