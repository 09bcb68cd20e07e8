package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;

/// Addresses from the first to the last, both included.
public record IpRange(IpAddress first, IpAddress last) {
    public boolean contains(IpAddress address) {
        return address.v6() == first.v6() && address.compareTo(first) >= 0 && address.compareTo(last) <= 0;
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
