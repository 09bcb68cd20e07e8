package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.model.DeviceName;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.ProjectName;
import java.util.Optional;

/// A NIC of an instance as the network's DHCP and DNS know it: the name it gets, and its address if that is fixed.
///
/// @param ipv4 the device's `ipv4.address`, or empty for one of the range
/// @param ipv6 the device's `ipv6.address`, or empty
public record StaticLease(
        ProjectName project,
        InstanceName instance,
        DeviceName device,
        MacAddress mac,
        Optional<IpAddress> ipv4,
        Optional<IpAddress> ipv6) {
    private static final String DEFAULT_PROJECT = "default";

    /// The name before the network's domain: `c1`, or `c1.project` outside the project `default`. A project whose name
    /// is no DNS label gives no name.
    public Optional<String> dnsName() {
        if (project.value().equals(DEFAULT_PROJECT)) {
            return Optional.of(instance.value());
        }
        return DnsNames.isLabel(project.value())
                ? Optional.of(instance.value() + "." + project.value())
                : Optional.empty();
    }
}
