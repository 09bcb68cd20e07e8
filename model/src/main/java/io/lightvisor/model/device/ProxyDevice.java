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

    @Override
    public String missing() {
        return "proxies are not offered by this version";
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
        String bind = options.getOrDefault("bind", "host");
        return new ProxyDevice(name, options, listen, connect, !bind.equals("host"), nat, proxyProtocol);
    }

    private static boolean flag(Map<String, String> options, String option) {
        return Booleans.parse(options.getOrDefault(option, ""));
    }
}
