package io.lightvisor.network;

import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.Nftables;
import io.lightvisor.model.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.zip.CRC32;

/// The forwards of all proxies with `nat=true`: one table of nftables of their own, replaced as a whole. Safe for use
/// by
/// several threads.
///
/// What the host itself sends goes the same way as what comes in; what an instance sends to its own forward comes back
/// to it with the host's address, else it would answer itself past the translation.
public final class PortForwards {
    private static final String RULES = "rules_";

    private final String table;

    /// @param daemonTag what tells this daemon's rules from those of another on the same host
    public PortForwards(String daemonTag) {
        this.table = "lightvisor_proxy_" + daemonTag;
    }

    /// Makes the forwards these and no others; asks the kernel first, and runs nft(8) only for a difference.
    ///
    /// @throws io.lightvisor.model.ProblemException if nft refuses; then all is as before
    public synchronized void set(Collection<PortForward> forwards) throws InterruptedException {
        String rules = rules(new LinkedHashSet<>(forwards));
        String mark = mark(rules);
        try (var nftables = Nftables.open()) {
            if (rules.isEmpty() ? !nftables.hasTable(table) : nftables.hasChain(table, mark)) {
                return;
            }
        } catch (SyscallException e) {
            if (rules.isEmpty()) {
                return; // a kernel without nftables has no table of ours either
            }
        }
        String removal = "table inet " + table + "\ndelete table inet " + table + "\n";
        String batch = rules.isEmpty()
                ? removal
                : removal + "table inet " + table + " {\n\tchain " + mark + " {\n\t}\n" + rules + "}\n";
        var result = HostProgram.require("nft", "nftables").run(java.util.List.of("-f", "-"), batch);
        if (result.code() != 0) {
            throw Problem.failed("rules of proxies not set", "nft says: " + result.said())
                    .exception();
        }
    }

    private static String mark(String rules) {
        var sum = new CRC32();
        sum.update(rules.getBytes(StandardCharsets.UTF_8));
        return RULES + Long.toHexString(sum.getValue());
    }

    static String rules(Collection<PortForward> forwards) {
        if (forwards.isEmpty()) {
            return "";
        }
        var in = new StringBuilder(
                "\tchain prerouting {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n");
        var out = new StringBuilder("\tchain output {\n\t\ttype nat hook output priority -100; policy accept;\n");
        var back = new StringBuilder(
                "\tchain postrouting {\n\t\ttype nat hook postrouting priority srcnat; policy accept;\n");
        for (var f : forwards) {
            String ip = f.listen().v6() ? "ip6" : "ip";
            String protocol = f.udp() ? "udp" : "tcp";
            String rule = "\t\t" + ip + " daddr " + f.listen() + " " + protocol + " dport " + f.listenPort() + " dnat "
                    + ip + " to " + target(f.connect()) + ":" + f.connectPort() + "\n";
            in.append(rule);
            out.append(rule);
            String arrived =
                    ip + " daddr " + f.connect() + " " + protocol + " dport " + f.connectPort() + " masquerade\n";
            back.append("\t\t")
                    .append(ip)
                    .append(" saddr ")
                    .append(f.connect())
                    .append(' ')
                    .append(arrived);
            if (f.listen().isLoopback()) {
                back.append("\t\t")
                        .append(ip)
                        .append(" saddr ")
                        .append(f.listen().v6() ? "::1" : "127.0.0.0/8")
                        .append(' ')
                        .append(arrived);
            }
        }
        return in.append("\t}\n")
                .append(out)
                .append("\t}\n")
                .append(back)
                .append("\t}\n")
                .toString();
    }

    private static String target(IpAddress address) {
        return address.v6() ? "[" + address + "]" : address.toString();
    }

    /// Lets packets from a loopback address of the host leave by a bridge: the kernel drops them otherwise, whatever
    /// they are translated to.
    public static void allowLoopback(String bridge) {
        Sysctl.set(Sysctl.ofInterface("ipv4", bridge, "route_localnet"), "1");
    }

    /// Lets an instance reach itself through its own forward where the kernel filters bridges as well (br_netfilter):
    /// the
    /// packet is then translated in the bridge and must go back through the port that it came from.
    ///
    /// @param port the host's end of the instance's NIC
    public static void allowHairpin(String port) {
        Sysctl.set(Path.of("/sys/class/net", port, "brport/hairpin_mode"), "1");
    }
}
