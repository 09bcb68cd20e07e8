package io.lightvisor.network;

import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.netlink.Nftables;
import io.lightvisor.model.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// The rules of single NICs: one table of the family `bridge`, named as that of the networks. Each NIC has
/// chains of its own, which maps from the host's end lead to; so a NIC comes and goes without a look at the
/// others.
final class NicFilters {
    private static final System.Logger LOG = System.getLogger("lightvisor.network");

    private final String table;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock: the NICs that have rules, by the name of the host's end.
    private final Map<String, NicPlan> present = new TreeMap<>();

    NicFilters(String table) {
        this.table = table;
    }

    /// Gives a NIC its rules; those it had go, in the same moment.
    void set(NicPlan plan) throws InterruptedException {
        lock.lock();
        try {
            var batch = new StringBuilder(base());
            if (present.containsKey(plan.hostName())) {
                batch.append(removal(plan.hostName(), present.get(plan.hostName())));
            }
            batch.append(addition(plan));
            run(batch.toString());
            present.put(plan.hostName(), plan);
        } finally {
            lock.unlock();
        }
    }

    /// Takes the rules of a NIC away, if it has any.
    void remove(String hostName) throws InterruptedException {
        lock.lock();
        try {
            var plan = present.get(hostName);
            if (plan != null) {
                present.remove(hostName);
                run(present.isEmpty() ? whole() : removal(hostName, plan));
            }
        } finally {
            lock.unlock();
        }
    }

    /// Makes the rules those of these NICs and no others, after a start of the daemon.
    void recover(Collection<NicPlan> running) throws InterruptedException {
        lock.lock();
        try {
            present.clear();
            for (var plan : running) {
                if (plan.settings().filtered()) {
                    present.put(plan.hostName(), plan);
                }
            }
            if (!present.isEmpty() || isThere()) {
                run(whole());
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isThere() {
        try (var nftables = Nftables.open()) {
            return nftables.hasBridgeTable(table);
        } catch (SyscallException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot look at the host''s rules: {0}", e.getMessage());
            return false;
        }
    }

    /// The batch that puts the table as it should be in place of what was; without NICs, none.
    private String whole() {
        var batch = new StringBuilder("table bridge " + table + "\ndelete table bridge " + table + "\n");
        if (!present.isEmpty()) {
            batch.append(base());
            present.values().forEach(plan -> batch.append(addition(plan)));
        }
        return batch.toString();
    }

    /// Declared again and again; a second time it changes nothing, so rules must stand in chains that are
    /// flushed.
    private String base() {
        return "table bridge " + table + " {\n"
                + "\tmap senders { type ifname : verdict; }\n"
                + "\tmap senders_to_host { type ifname : verdict; }\n"
                + "\tchain input { type filter hook input priority -200; policy accept; }\n"
                + "\tchain forward { type filter hook forward priority -200; policy accept; }\n"
                + "}\n"
                + "flush chain bridge " + table + " input\n"
                + "flush chain bridge " + table + " forward\n"
                + "add rule bridge " + table + " input iifname vmap @senders_to_host\n"
                + "add rule bridge " + table + " forward iifname vmap @senders\n";
    }

    private String addition(NicPlan plan) {
        var filter = plan.settings().filter();
        String name = Firewall.quoted(plan.hostName());
        var out = new StringBuilder();
        if (!filter.isNone()) {
            String chain = "nic_" + chainName(plan.hostName());
            out.append("table bridge " + table + " {\n\tchain " + chain + " {\n")
                    .append(filter.rules(plan.hwaddr()))
                    .append("\t}\n\tchain ")
                    .append(chain)
                    .append("_host {\n")
                    .append(filter.towardsHost())
                    .append("\t\tjump ")
                    .append(chain)
                    .append("\n\t}\n}\n");
            out.append(element("add", "senders", name + " : jump " + chain));
            out.append(element("add", "senders_to_host", name + " : jump " + chain + "_host"));
        }
        if (plan.settings().priority() > 0) {
            String chain = "priority_" + chainName(plan.hostName());
            out.append("table bridge " + table + " {\n\tchain " + chain
                    + " {\n\t\ttype filter hook prerouting priority -299; policy accept;\n\t\tiifname " + name
                    + " meta priority set " + plan.settings().priority() + "\n\t}\n}\n");
        }
        return out.toString();
    }

    private String removal(String hostName, NicPlan plan) {
        String name = Firewall.quoted(hostName);
        var out = new StringBuilder();
        if (!plan.settings().filter().isNone()) {
            String chain = " nic_" + chainName(hostName);
            out.append(element("delete", "senders", name)).append(element("delete", "senders_to_host", name));
            out.append("delete chain bridge " + table + chain + "_host\n");
            out.append("delete chain bridge " + table + chain + "\n");
        }
        if (plan.settings().priority() > 0) {
            out.append("delete chain bridge " + table + " priority_" + chainName(hostName) + "\n");
        }
        return out.toString();
    }

    private String element(String verb, String map, String element) {
        return verb + " element bridge " + table + " " + map + " { " + element + " }\n";
    }

    /// A name of an interface may hold characters that a chain's may not.
    private static String chainName(String hostName) {
        var out = new StringBuilder();
        for (int i = 0; i < hostName.length(); i++) {
            char c = hostName.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            out.append(plain ? String.valueOf(c) : "_" + Integer.toHexString(c) + "_");
        }
        return out.toString();
    }

    private static void run(String batch) throws InterruptedException {
        var result = HostProgram.require("nft", "nftables").run(List.of("-f", "-"), batch);
        if (result.code() != 0) {
            throw Problem.failed("rules of the NIC not set", "nft says: " + result.said())
                    .exception();
        }
    }
}
