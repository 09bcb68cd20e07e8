package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.model.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Writes what dnsmasq(8) is started with for a bridge. Values that a user gave become parts of arguments only if they
/// hold nothing that means something there: no comma, slash, blank or control character.
final class DnsmasqArguments {
    private static final int SMALLEST_DHCP_SUBNET = 30;

    private final List<String> arguments = new ArrayList<>();
    private final BridgeConfig bridge;

    private DnsmasqArguments(BridgeConfig bridge) {
        this.bridge = bridge;
    }

    /// Whether the bridge needs a dnsmasq at all.
    static boolean isNeeded(BridgeConfig bridge) {
        return bridge.ipv4().address().isPresent() || bridge.ipv6().address().isPresent();
    }

    /// @param folder the network's own, for the files of [DnsmasqFiles]
    /// @param user as whom it serves once it has its sockets
    static List<String> of(BridgeConfig bridge, DnsmasqFiles files, String user) {
        var writer = new DnsmasqArguments(bridge);
        writer.write(files, user);
        return List.copyOf(writer.arguments);
    }

    private void write(DnsmasqFiles files, String user) {
        flag("strict-order");
        flag("bind-interfaces");
        option("except-interface", "lo");
        option("pid-file", path(files.pid()));
        flag("no-ping");
        option("interface", word(bridge.name()));
        flag("dhcp-rapid-commit");
        flag("quiet-dhcp");
        flag("quiet-dhcp6");
        flag("quiet-ra");
        bridge.ipv4().address().ifPresent(a -> option("listen-address", a.address()));
        bridge.ipv6().address().ifPresent(a -> {
            option("listen-address", a.address());
            flag("enable-ra");
        });
        boolean dhcp4 = dhcp4();
        boolean dhcp6 = bridge.ipv6().address().isPresent() && bridge.ipv6().dhcp();
        if (dhcp4 || dhcp6) {
            flag("dhcp-no-override");
            flag("dhcp-authoritative");
            option("dhcp-leasefile", path(files.leases()));
            option("dhcp-hostsdir", path(files.hosts()));
        }
        if (dhcp4) {
            ipv4();
        }
        if (bridge.ipv6().address().isPresent()) {
            ipv6(bridge.ipv6().address().get());
        }
        if (bridge.dnsMode() != BridgeConfig.DnsMode.NONE) {
            String domain = word(bridge.domain());
            option("domain", domain);
            option("interface-name", "_gateway." + domain + "," + bridge.name());
            option("interface-name", bridge.name() + ".gw," + bridge.name());
            option("local", "/" + domain + "/");
        }
        option("conf-file", path(files.raw()));
        option("user", word(user));
        option("group", "nogroup");
    }

    private boolean dhcp4() {
        return bridge.ipv4().dhcp()
                && bridge.ipv4()
                        .address()
                        .filter(a -> a.prefix() <= SMALLEST_DHCP_SUBNET)
                        .isPresent();
    }

    private void ipv4() {
        var family = bridge.ipv4();
        family.gateway().ifPresent(gateway -> option("dhcp-option-force", "3," + gateway));
        if (bridge.mtu().isPresent() && bridge.effectiveMtu() != BridgeConfig.DEFAULT_MTU) {
            option("dhcp-option-force", "26," + bridge.effectiveMtu());
        }
        if (!bridge.search().isEmpty()) {
            var domains = new StringBuilder("119");
            for (String domain : bridge.search()) {
                domains.append(',').append(word(domain));
            }
            option("dhcp-option-force", domains.toString());
        }
        for (var range : ranges(family, family.address().orElseThrow(), -1)) {
            option("dhcp-range", range + "," + word(family.expiry()));
        }
    }

    private void ipv6(Cidr address) {
        var family = bridge.ipv6();
        if (!family.dhcp()) {
            option("dhcp-range", "::,constructor:" + bridge.name() + ",ra-only");
        } else if (!bridge.statefulDhcp6()) {
            option("dhcp-range", "::,constructor:" + bridge.name() + ",ra-stateless,ra-names");
        } else {
            for (var range : ranges(family, address, 0)) {
                option("dhcp-range", range + "," + address.prefix() + "," + word(family.expiry()));
            }
        }
    }

    /// The ranges that are set, else all from the second address on.
    ///
    /// @param last where it ends, counted from the last address
    private static List<String> ranges(BridgeConfig.Family family, Cidr address, int last) {
        if (family.ranges().isEmpty()) {
            IpAddress from = address.first().plus(2);
            IpAddress to = address.last().plus(last);
            return List.of((from.compareTo(to) > 0 ? address.first().plus(1) : from) + "," + to);
        }
        var texts = new ArrayList<String>();
        for (var range : family.ranges()) {
            texts.add(range.first() + "," + range.last());
        }
        return texts;
    }

    private void flag(String name) {
        arguments.add("--" + name);
    }

    private void option(String name, Object value) {
        arguments.add("--" + name + "=" + value);
    }

    /// One part of an argument.
    private static String word(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c >= 0x7f || ",/\"'\\#:[]".indexOf(c) >= 0) {
                throw refused(value);
            }
        }
        if (value.isEmpty()) {
            throw refused(value);
        }
        return value;
    }

    private static String path(Path path) {
        String text = path.toString();
        for (int i = 0; i < text.length(); i++) {
            // A comma ends a path in some options.
            if (text.charAt(i) < ' ' || text.charAt(i) == 0x7f || text.charAt(i) == ',') {
                throw refused(text);
            }
        }
        return text;
    }

    private static RuntimeException refused(String value) {
        return Problem.badValue("value for dnsmasq", value, "it has a character that means something there")
                .exception();
    }
}
