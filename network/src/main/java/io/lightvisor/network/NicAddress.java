package io.lightvisor.network;

import io.lightvisor.linux.netlink.InterfaceAddress;

/// An address of an interface, in the words of the wire.
///
/// @param family `inet` or `inet6`
/// @param netmask the length of the prefix, as text
/// @param scope `global`, `link` or `local`
public record NicAddress(String family, String address, String netmask, String scope) {
    static NicAddress of(InterfaceAddress a) {
        return new NicAddress(
                a.address().family(), a.address().toString(), Integer.toString(a.prefix()), a.scopeName());
    }
}
