package io.lightvisor.model.device;

import io.lightvisor.model.Booleans;
import java.util.Map;

/// Connections passed between the host and the instance.
///
/// @param bindInside whether it listens inside and connects on the host, not the other way round
/// @param nat        by the firewall, without a process between
public record ProxyDevice(
        String name,
        Map<String, String> options,
        ProxyAddress listen,
        ProxyAddress connect,
        boolean bindInside,
        boolean nat,
        boolean proxyProtocol)
        implements Device {
    public ProxyDevice {
        options = Map.copyOf(options);
    }

    /// An option that is a number of the user, or `otherwise`.
    public long id(String option, long otherwise) {
        String value = options.getOrDefault(option, "");
        return value.isEmpty() ? otherwise : Long.parseLong(value);
    }

    /// Permissions of the socket it listens at.
    public int mode() {
        String mode = options.getOrDefault("mode", "");
        return mode.isEmpty() ? 0644 : Integer.parseInt(mode, 8);
    }

    static ProxyDevice of(String name, Map<String, String> options) {
        for (String end : new String[] {"listen", "connect"}) {
            if (options.getOrDefault(end, "").isEmpty()) {
                throw new InvalidDevice("Invalid value for device option \"" + end + "\": Unknown protocol type \"\"");
            }
        }
        DeviceOptions.check(DeviceOptions.PROXY, options);
        var listen = ProxyAddress.read(options.getOrDefault("listen", "")).address();
        var connect = ProxyAddress.read(options.getOrDefault("connect", "")).address();
        boolean nat = flag(options, "nat");
        boolean proxyProtocol = flag(options, "proxy_protocol");
        boolean owned = options.containsKey("uid") || options.containsKey("gid") || options.containsKey("mode");
        if (owned && !(listen instanceof ProxyAddress.Unix unix && !unix.isAbstract())) {
            throw new InvalidDevice(
                    "Only proxy devices for non-abstract unix sockets can carry uid, gid, or mode properties");
        }
        if (proxyProtocol && (nat || !(connect instanceof ProxyAddress.Network net && !net.udp()))) {
            throw new InvalidDevice("The PROXY header can only be sent to tcp servers in non-nat mode");
        }
        String bind = options.getOrDefault("bind", "").isEmpty() ? "host" : options.getOrDefault("bind", "");
        // Many ports may lead to one place, but not one port to many.
        if (listen.count() < connect.count()) {
            throw new InvalidDevice("Mismatch between listen port(s) and connect port(s) count");
        }
        if (nat) {
            checkNat(listen, connect, bind);
        }
        return new ProxyDevice(name, options, listen, connect, !bind.equals("host"), nat, proxyProtocol);
    }

    private static void checkNat(ProxyAddress listen, ProxyAddress connect, String bind) {
        if (!bind.equals("host")) {
            throw new InvalidDevice("Only host-bound proxies can use NAT");
        }
        if (!(listen instanceof ProxyAddress.Network from)
                || !(connect instanceof ProxyAddress.Network to)
                || from.udp() != to.udp()) {
            throw new InvalidDevice("Proxying " + listen.protocol() + " <-> " + connect.protocol()
                    + " is not supported when using NAT");
        }
        var address = DeviceChecks.address(from.host());
        if (address == null || address.isAnyLocalAddress()) {
            throw new InvalidDevice("Cannot listen on wildcard address \"" + from.host() + "\" when in nat mode");
        }
        var target = DeviceChecks.address(to.host());
        if (target != null && target.getAddress().length != address.getAddress().length) {
            throw new InvalidDevice("Cannot mix IPv4 and IPv6 addresses when in nat mode");
        }
        if (to.count() != 1 && to.count() != from.count()) {
            throw new InvalidDevice("Mismatch between listen port(s) and connect port(s) count");
        }
    }

    private static boolean flag(Map<String, String> options, String option) {
        return Booleans.parse(options.getOrDefault(option, ""));
    }
}
