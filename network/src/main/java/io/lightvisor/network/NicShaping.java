package io.lightvisor.network;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.netlink.LinkChange;
import io.lightvisor.linux.netlink.LinkKind;
import io.lightvisor.linux.netlink.LinkSpec;
import io.lightvisor.linux.netlink.Rtnetlink;
import java.util.Collection;
import java.util.HashSet;

/// How fast a NIC may be: a token bucket on the host's end for what goes to the guest; for what comes from
/// it, the same on a link of kind `ifb` that all of it is led through. That link is ours, and noted as such.
final class NicShaping {
    private static final System.Logger LOG = System.getLogger("lightvisor.network");
    private static final String ALIAS = "lightvisor:";

    private final Rtnetlink net;
    private final String tag;

    NicShaping(Rtnetlink net, String tag) {
        this.net = net;
        this.tag = tag;
    }

    /// Makes the limits those of the plan; what was set before is replaced.
    ///
    /// @param hostEnd index of the host's end
    void set(int hostEnd, NicPlan plan) {
        var tc = net.trafficControl();
        if (plan.settings().ingress() > 0) {
            tc.limitSending(hostEnd, plan.settings().ingress());
        } else {
            tc.unlimitSending(hostEnd);
        }
        tc.unredirectReceived(hostEnd);
        if (plan.settings().egress() > 0) {
            int through = through(plan.hostName());
            tc.limitSending(through, plan.settings().egress());
            tc.redirectReceived(hostEnd, through);
        } else {
            remove(plan.hostName());
        }
    }

    private int through(String hostName) {
        String name = name(hostName);
        try {
            net.create(LinkSpec.named(name).kind(new LinkKind.Ifb()).queue(1000).up());
            net.change(name, LinkChange.NONE.alias(ALIAS + tag));
        } catch (SyscallException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
        return net.require(name).index();
    }

    /// Removes what a NIC's limits left on the host when its host's end has gone.
    void remove(String hostName) {
        net.find(name(hostName)).filter(l -> l.kind().equals("ifb")).ifPresent(l -> net.delete(l.name()));
    }

    /// Removes what belongs to none of these NICs.
    void recover(Collection<NicPlan> running) {
        var wanted = new HashSet<String>();
        running.forEach(plan -> wanted.add(name(plan.hostName())));
        for (var link : net.linksWithoutStats()) {
            if (link.kind().equals("ifb") && link.alias().equals(ALIAS + tag) && !wanted.contains(link.name())) {
                LOG.log(System.Logger.Level.WARNING, "{0} shapes the traffic of no NIC; removed", link.name());
                net.delete(link.name());
            }
        }
    }

    /// `lvi` and eight digits of a hash (FNV-1a) of the daemon and the host's end.
    private String name(String hostName) {
        int hash = 0x811c9dc5;
        String whole = tag + '/' + hostName;
        for (int i = 0; i < whole.length(); i++) {
            hash = (hash ^ whole.charAt(i)) * 0x01000193;
        }
        String digits = Integer.toHexString(hash);
        return "lvi" + "0".repeat(8 - digits.length()) + digits;
    }
}
