package io.lightvisor.network;

import io.lightvisor.model.Network;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Fills in what a user leaves to us: `auto`, and at creation what is not said at all.
final class NetworkDefaults {
    private NetworkDefaults() {}

    /// A new network as it will be recorded: both addresses are there, chosen or `none`. NAT comes with a chosen
    /// address only; who names one decides about NAT too.
    static Network complete(Network wanted, HostView host, RandomGenerator random) {
        var config = new HashMap<>(wanted.config());
        config.putIfAbsent("ipv4.address", "auto");
        config.putIfAbsent("ipv6.address", host.ipv6() ? "auto" : "none");
        return choose(wanted, config, host, random);
    }

    /// A changed network: only what says `auto` is chosen.
    static Network completeUpdate(Network wanted, HostView host, RandomGenerator random) {
        return choose(wanted, new HashMap<>(wanted.config()), host, random);
    }

    private static Network choose(Network wanted, Map<String, String> config, HostView host, RandomGenerator random) {
        if ("auto".equals(config.get("ipv4.address"))) {
            config.put("ipv4.address", SubnetChoice.ipv4(host, random).toString());
            config.putIfAbsent("ipv4.nat", "true");
        }
        if ("auto".equals(config.get("ipv6.address"))) {
            config.put("ipv6.address", SubnetChoice.ipv6(random).toString());
            config.putIfAbsent("ipv6.nat", "true");
        }
        return new Network(wanted.project(), wanted.name(), wanted.type(), wanted.description(), config);
    }
}
