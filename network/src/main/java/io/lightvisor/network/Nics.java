package io.lightvisor.network;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.netlink.Link;
import io.lightvisor.linux.netlink.LinkChange;
import io.lightvisor.linux.netlink.LinkKind;
import io.lightvisor.linux.netlink.LinkSpec;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.linux.netlink.NamespaceId;
import io.lightvisor.linux.netlink.Rtnetlink;
import io.lightvisor.model.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/// Makes, removes and looks at the interfaces of instances, by rtnetlink alone and without entering their namespaces.
final class Nics {
    private final Rtnetlink net;
    private final Rtnetlink look;

    /// @param net for changes
    /// @param look for questions
    Nics(Rtnetlink net, Rtnetlink look) {
        this.net = net;
        this.look = look;
    }

    /// Where the inner end goes.
    private interface Inside {
        LinkSpec apply(LinkSpec spec);
    }

    AttachedNic attach(NicPlan plan, int pid) {
        return attach(plan, spec -> spec.inside(pid));
    }

    AttachedNic attach(NicPlan plan, Fd netns) {
        return attach(plan, spec -> spec.inside(netns));
    }

    private AttachedNic attach(NicPlan plan, Inside inside) {
        var guest = inside.apply(LinkSpec.named(plan.guestName()))
                .address(plan.hwaddr())
                .up();
        switch (plan.kind()) {
            case NicPlan.Kind.Bridged(String bridge) -> {
                var master = parent(plan, bridge);
                if (!master.kind().equals("bridge")) {
                    throw notMade(plan, "interface " + bridge + " is not a bridge", "name a bridge as its parent");
                }
                // The bridge's MTU is the least of its ports': a port with another one would change it.
                int mtu = plan.mtu() > 0 ? plan.mtu() : master.mtu();
                pair(
                        plan,
                        guest.mtu(mtu),
                        mtu,
                        LinkChange.NONE.master(master.index()).up());
            }
            case NicPlan.Kind.PointToPoint() -> pair(plan, guest.mtu(plan.mtu()), plan.mtu(), LinkChange.NONE.up());
            case NicPlan.Kind.Macvlan(String parent) -> {
                int lower = parent(plan, parent).index();
                make(plan, guest.mtu(plan.mtu()).on(lower).kind(new LinkKind.Macvlan(LinkKind.Macvlan.Mode.BRIDGE)));
            }
        }
        return new AttachedNic(plan, plan.hostName());
    }

    /// Two messages: the pair, whole, with the guest's end in place; then the host's end into the bridge.
    private void pair(NicPlan plan, LinkSpec guest, int mtu, LinkChange hostEnd) {
        make(plan, guest.kind(LinkKind.veth(LinkSpec.named(plan.hostName()).mtu(mtu))));
        try {
            net.change(plan.hostName(), hostEnd);
        } catch (SyscallException e) {
            net.delete(plan.hostName());
            throw notMade(plan, String.valueOf(e.getMessage()), "");
        }
    }

    private void make(NicPlan plan, LinkSpec spec) {
        try {
            net.create(spec);
        } catch (SyscallException e) {
            throw notMade(
                    plan,
                    String.valueOf(e.getMessage()),
                    e.is(Errno.EEXIST)
                            ? "choose another name than " + plan.guestName() + " or " + plan.hostName()
                            : "");
        }
    }

    private Link parent(NicPlan plan, String name) {
        return look.find(name)
                .orElseThrow(() -> notMade(
                        plan,
                        "interface " + name + " does not exist",
                        "create it with \"lxc network create " + name + "\", or change the device"));
    }

    private static RuntimeException notMade(NicPlan plan, String why, String remedy) {
        return Problem.failed("NIC " + plan.device() + " not made", why, remedy).exception();
    }

    static void loopbackUp(Fd netns) throws InterruptedException {
        try (var inside = Rtnetlink.open(netns)) {
            inside.change("lo", LinkChange.NONE.up());
        }
    }

    boolean detach(String hostName) {
        return net.delete(hostName);
    }

    boolean detach(int pid, String guestName, Optional<MacAddress> hwaddr) {
        if (InterfaceNames.complaint(guestName) != null) {
            return false;
        }
        var id = net.namespace(pid);
        var link = net.find(id, guestName)
                .filter(l -> !l.kind().equals("veth") && !l.isLoopback())
                .filter(l -> hwaddr.isEmpty() || l.address().equals(hwaddr));
        return link.isPresent() && net.delete(id, guestName);
    }

    /// What is inside the network namespace of a process: three questions to the kernel, and one more per pair.
    List<GuestInterface> inside(int pid) {
        try {
            return inside(look.namespace(pid));
        } catch (SyscallException e) {
            // No such process, or its namespace went with it between two questions.
            if (e.is(Errno.ESRCH, Errno.EINVAL)) {
                return List.of();
            }
            throw e;
        }
    }

    List<GuestInterface> inside(Fd netns) {
        return inside(look.namespace(netns));
    }

    private List<GuestInterface> inside(NamespaceId id) {
        var addresses = new HashMap<Integer, List<NicAddress>>();
        for (var a : look.addresses(id)) {
            addresses.computeIfAbsent(a.index(), _ -> new ArrayList<>()).add(NicAddress.of(a));
        }
        var found = new ArrayList<GuestInterface>();
        for (var link : look.links(id)) {
            found.add(new GuestInterface(
                    link.name(),
                    InterfaceWords.hwaddr(link),
                    link.mtu(),
                    link.isUp(),
                    InterfaceWords.type(link),
                    link.stats(),
                    List.copyOf(addresses.getOrDefault(link.index(), List.of())),
                    hostName(link)));
        }
        return found;
    }

    /// The name of the other end of a pair, if that is in our namespace and points back.
    private String hostName(Link link) {
        if (!link.kind().equals("veth") || link.lower() == 0) {
            return "";
        }
        return look.find(link.lower())
                .filter(peer -> peer.kind().equals("veth") && peer.lower() == link.index())
                .map(Link::name)
                .orElse("");
    }
}
