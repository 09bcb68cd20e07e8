package io.lightvisor.network;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.netlink.Link;
import io.lightvisor.linux.netlink.LinkChange;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.linux.netlink.Rtnetlink;
import io.lightvisor.model.DeviceName;
import java.util.Map;
import java.util.Optional;

/// Interfaces of the host that instances have for a while (`nictype=physical`): moved in under another
/// name, and taken back with the name, address and MTU that they had, down, as LXD leaves them.
final class LentInterfaces {
    private static final System.Logger LOG = System.getLogger("lightvisor.network");

    private final Rtnetlink net;
    private final Fd own;
    private final NetnsPins pins;

    /// @param own the namespace of the host, where they come from
    LentInterfaces(Rtnetlink net, Fd own, NetnsPins pins) {
        this.net = net;
        this.own = own;
        this.pins = pins;
    }

    /// What must be known to give it back, for the instance's config.
    static Map<String, String> state(DeviceName device, Link link, boolean created) {
        String prefix = "volatile." + device.value() + ".last_state.";
        return Map.of(
                prefix + "created", Boolean.toString(created),
                prefix + "hwaddr", link.address().map(MacAddress::toString).orElse(""),
                prefix + "mtu", Integer.toString(link.mtu()));
    }

    /// Moves it in. Its namespace is kept until [#takeBack].
    void lend(NicPlan plan, Link link, long instance, Fd netns) {
        pins.keep(instance, netns);
        if (link.isUp()) {
            net.change(link.index(), LinkChange.NONE.down()); // real hardware changes its address only then
        }
        var change = LinkChange.NONE.name(plan.guestName()).inside(netns).up();
        if (plan.mtu() > 0) {
            change = change.mtu(plan.mtu());
        }
        if (plan.hwaddr().bits() != 0) {
            change = change.address(plan.hwaddr());
        }
        net.change(link.index(), change);
    }

    /// Takes all that an instance has lent back; harmless if there is nothing.
    ///
    /// @param config the instance's, with the NICs' `volatile.*` keys
    /// @param whole whether the instance has ended, so that its namespace is needed no longer
    void takeBack(Iterable<NicPlan> plans, Map<String, String> config, long instance, boolean whole)
            throws InterruptedException {
        try (var netns = pins.find(instance).orElse(null)) {
            for (var plan : plans) {
                try {
                    back(plan, config, Optional.ofNullable(netns));
                } catch (SyscallException e) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "{0} not taken back whole, going on: {1}",
                            plan.hostName(),
                            e.getMessage());
                }
            }
        }
        if (whole) {
            pins.release(instance);
        }
    }

    private void back(NicPlan plan, Map<String, String> config, Optional<Fd> netns) throws InterruptedException {
        if (netns.isPresent()) {
            try (var inside = Rtnetlink.open(netns.get())) {
                var link = inside.find(plan.guestName()).filter(l -> !l.isLoopback());
                if (link.isPresent()) {
                    inside.change(link.get().index(), LinkChange.NONE.down());
                    inside.change(
                            link.get().index(),
                            LinkChange.NONE.name(plan.hostName()).inside(own));
                }
            }
        }
        var home = net.find(plan.hostName());
        if (home.isEmpty()) {
            return;
        }
        String prefix = "volatile." + plan.device().value() + ".last_state.";
        var change = LinkChange.NONE;
        var hwaddr = MacAddress.find(config.getOrDefault(prefix + "hwaddr", ""));
        if (hwaddr.isPresent() && !hwaddr.equals(home.get().address())) {
            change = change.address(hwaddr.get());
        }
        int mtu = number(config.getOrDefault(prefix + "mtu", ""));
        if (mtu > 0 && mtu != home.get().mtu()) {
            change = change.mtu(mtu);
        }
        if (!change.equals(LinkChange.NONE)) {
            net.change(home.get().index(), change);
        }
    }

    private static int number(String text) {
        int n = 0;
        for (int i = 0; i < text.length() && i < 9; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return 0;
            }
            n = n * 10 + c - '0';
        }
        return n;
    }
}
