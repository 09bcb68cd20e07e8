package io.lightvisor.network;

import io.lightvisor.model.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/// Writes the rules of all managed bridges of a daemon as one batch of nft(8): the table is replaced as a whole, so a
/// packet meets either the old rules or the new ones.
///
/// The table holds an empty chain whose name ends in a check sum of the rules; whether the kernel has these very rules
/// is then one question to it, without a process.
final class Firewall {
    private static final String RULES = "rules_";

    private final String table;

    /// @param tag letters, digits and underscores: what tells this daemon's table from that of another
    Firewall(String tag) {
        this.table = "lightvisor_" + tag;
    }

    String table() {
        return table;
    }

    /// Whether these bridges want any rule.
    boolean isNeeded(List<BridgeConfig> bridges) {
        return !rules(bridges).isEmpty();
    }

    /// The batch that removes the table, whether it is there or not.
    String removal() {
        return "table inet " + table + "\ndelete table inet " + table + "\n";
    }

    /// The name of the chain that says: these rules.
    String mark(List<BridgeConfig> bridges) {
        var sum = new CRC32();
        sum.update(rules(bridges).getBytes(StandardCharsets.UTF_8));
        return RULES + Long.toHexString(sum.getValue());
    }

    /// The batch that puts the rules of these bridges in place of all that was.
    String batch(List<BridgeConfig> bridges) {
        return removal() + "table inet " + table + " {\n\tchain " + mark(bridges) + " {\n\t}\n" + rules(bridges)
                + "}\n";
    }

    private static String rules(List<BridgeConfig> bridges) {
        var before = new Chain("postrouting", "nat", "postrouting", "srcnat");
        var after = new Chain("postrouting_last", "nat", "postrouting", "srcnat + 5");
        var forward = new Chain("forward", "filter", "forward", "filter");
        var input = new Chain("input", "filter", "input", "filter");
        var output = new Chain("output", "filter", "output", "filter");
        for (var bridge : bridges) {
            String name = quoted(bridge.name());
            nat(before, after, bridge.ipv4(), "ip");
            nat(before, after, bridge.ipv6(), "ip6");
            forward(forward, name, bridge.ipv4(), "ipv4", "icmp port-unreachable");
            forward(forward, name, bridge.ipv6(), "ipv6", "icmpv6 port-unreachable");
            services(input, output, name, bridge);
        }
        return before.text() + after.text() + forward.text() + input.text() + output.text();
    }

    private static void nat(Chain before, Chain after, BridgeConfig.Family family, String protocol) {
        if (!family.nat() || family.address().isEmpty()) {
            return;
        }
        String subnet = family.address().get().subnet().toString();
        (family.natBefore() ? before : after)
                .rule(protocol + " saddr " + subnet + " " + protocol + " daddr != " + subnet
                        + family.natAddress()
                                .map(to -> " snat " + protocol + " to " + to)
                                .orElse(" masquerade"));
    }

    private static void forward(
            Chain chain, String bridge, BridgeConfig.Family family, String protocol, String reject) {
        if (!family.firewall() || family.address().isEmpty()) {
            return;
        }
        String verdict = family.routing() ? "accept" : "reject with " + reject;
        chain.rule("meta nfproto " + protocol + " oifname " + bridge + " " + verdict);
        chain.rule("meta nfproto " + protocol + " iifname " + bridge + " " + verdict);
    }

    /// DNS, DHCP and what ICMP needs between the bridge's guests and the host.
    private static void services(Chain input, Chain output, String bridge, BridgeConfig config) {
        boolean v4 = config.ipv4().firewall() && config.ipv4().address().isPresent();
        boolean v6 = config.ipv6().firewall() && config.ipv6().address().isPresent();
        if (v4 || v6) {
            input.rule("iifname " + bridge + " meta l4proto { tcp, udp } th dport 53 accept");
            output.rule("oifname " + bridge + " meta l4proto { tcp, udp } th sport 53 accept");
        }
        if (v4) {
            String icmp = " icmp type { destination-unreachable, time-exceeded, parameter-problem } accept";
            input.rule("iifname " + bridge + icmp);
            output.rule("oifname " + bridge + icmp);
            if (config.ipv4().dhcp()) {
                input.rule("iifname " + bridge + " udp dport 67 accept");
                output.rule("oifname " + bridge + " udp sport 67 accept");
            }
        }
        if (v6) {
            String common = "destination-unreachable, packet-too-big, time-exceeded, parameter-problem,"
                    + " nd-neighbor-solicit, nd-neighbor-advert, mld2-listener-report";
            input.rule("iifname " + bridge + " icmpv6 type { " + common + ", nd-router-solicit } accept");
            output.rule("oifname " + bridge + " icmpv6 type { " + common + ", echo-request, nd-router-advert } accept");
            input.rule("iifname " + bridge + " udp dport 547 accept");
            output.rule("oifname " + bridge + " udp sport 547 accept");
        }
    }

    /// A string of nft(8): it knows no escapes, so a quote or a control character cannot be written at all.
    static String quoted(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x7f || c == '"' || c == '*' || c == '\\') {
                throw new IllegalArgumentException("cannot stand in a rule: " + Problem.printable(text));
            }
        }
        return '"' + text + '"';
    }

    /// A base chain being written; left out while it has no rule.
    private static final class Chain {
        private final String head;
        private final StringBuilder rules = new StringBuilder();

        Chain(String name, String type, String hook, String priority) {
            head = "\tchain " + name + " {\n\t\ttype " + type + " hook " + hook + " priority " + priority
                    + "; policy accept;\n";
        }

        void rule(String rule) {
            rules.append("\t\t").append(rule).append('\n');
        }

        String text() {
            return rules.isEmpty() ? "" : head + rules + "\t}\n";
        }
    }
}
