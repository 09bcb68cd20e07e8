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
import io.lightvisor.model.ProblemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Makes, removes and looks at the interfaces of instances, by rtnetlink alone and without entering their
/// namespaces.
final class Nics {
    private final Rtnetlink net;
    private final Rtnetlink look;
    private final NicHostSide host;
    private final LentInterfaces lent;

    /// @param net for changes
    /// @param look for questions
    Nics(Rtnetlink net, Rtnetlink look, NicHostSide host, LentInterfaces lent) {
        this.net = net;
        this.look = look;
        this.host = host;
        this.lent = lent;
    }

    /// The plan with all that must be recorded before anything is done.
    NicPlan prepare(NicPlan plan) {
        if (plan.kind() instanceof NicPlan.Kind.Physical(NicPlan.Lower lower)) {
            var link = look.find(lower.name());
            return plan.keeping(
                    LentInterfaces.state(plan.device(), link.orElseGet(() -> lowest(lower)), link.isEmpty()));
        }
        return plan.lower()
                .filter(_ -> !(plan.kind() instanceof NicPlan.Kind.Routed))
                .map(lower -> plan.keeping(Map.of(
                        "volatile." + plan.device().value() + ".last_state.created",
                        Boolean.toString(
                                lower.vlan() > 0 && look.find(lower.name()).isEmpty()))))
                .orElse(plan);
    }

    private Link lowest(NicPlan.Lower lower) {
        return look.find(lower.parent()).orElseThrow(() -> noParent('\'', lower.parent()));
    }

    AttachedNic attach(NicPlan plan, long instance, Fd netns) throws InterruptedException {
        var guest = LinkSpec.named(plan.guestName())
                .inside(netns)
                .address(plan.hwaddr().bits() == 0 ? null : plan.hwaddr())
                .mtu(plan.mtu())
                .queue(plan.queue())
                .up();
        switch (plan.kind()) {
            case NicPlan.Kind.Bridged(String bridge) -> {
                var master = look.find(bridge).orElseThrow(() -> noParent('"', bridge));
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
            case NicPlan.Kind.PointToPoint() -> pair(plan, guest, plan.mtu(), LinkChange.NONE.up());
            case NicPlan.Kind.Macvlan(NicPlan.Lower on) ->
                make(plan, guest.on(lower(on, '\'')).kind(new LinkKind.Macvlan(LinkKind.Macvlan.Mode.BRIDGE)));
            case NicPlan.Kind.Ipvlan(NicPlan.Lower on, var mode, var addresses) -> {
                make(plan, guest.on(lower(on, '\'')).kind(new LinkKind.Ipvlan(mode)));
                NicGuestSide.configureShared(netns, plan.guestName(), addresses);
                host.answer(plan);
            }
            case NicPlan.Kind.Physical(NicPlan.Lower on) -> {
                lower(on, '\'');
                lent.lend(plan, look.require(on.name()), instance, netns);
            }
            case NicPlan.Kind.Routed(Optional<NicPlan.Lower> on, var addresses) -> {
                int mtu = plan.mtu() > 0 ? plan.mtu() : on.map(this::mtu).orElse(0);
                on.ifPresent(l -> RoutedChecks.require(l.name(), addresses, look));
                pair(plan, guest.mtu(mtu), mtu, LinkChange.NONE.up());
                NicGuestSide.configure(netns, plan.guestName(), addresses);
            }
            case NicPlan.Kind.Sriov(String parent) -> throw noFunctions(parent);
        }
        settings(plan);
        return new AttachedNic(plan, plan.hostName());
    }

    /// What else belongs to it on the host; a NIC that cannot have all of it is taken back.
    private void settings(NicPlan plan) throws InterruptedException {
        try {
            host.apply(plan);
        } catch (ProblemException | InterruptedException e) {
            takeBack(plan, e);
            throw e;
        } catch (SyscallException e) {
            takeBack(plan, e);
            throw notMade(plan, String.valueOf(e.getMessage()), "");
        }
    }

    private void takeBack(NicPlan plan, Exception why) {
        try {
            host.remove(plan);
            if (!plan.hostName().isEmpty() && !(plan.kind() instanceof NicPlan.Kind.Physical)) {
                net.delete(plan.hostName());
            }
        } catch (RuntimeException | InterruptedException e) {
            why.addSuppressed(e);
        }
    }

    private int mtu(NicPlan.Lower on) {
        lower(on, '"');
        return look.require(on.name()).mtu();
    }

    /// The interface below, made if it is a VLAN that is missing.
    private int lower(NicPlan.Lower on, char quote) {
        var there = look.find(on.name());
        if (there.isPresent()) {
            return there.get().index();
        }
        int parent = look.find(on.parent())
                .orElseThrow(() -> noParent(quote, on.parent()))
                .index();
        if (on.vlan() == 0) {
            throw noParent(quote, on.parent());
        }
        try {
            net.create(LinkSpec.named(on.name())
                    .on(parent)
                    .kind(new LinkKind.Vlan(on.vlan(), on.gvrp()))
                    .up());
        } catch (SyscallException e) {
            throw Problem.failed(
                            "Failed to create VLAN interface \"" + on.name() + "\" on \"" + on.parent() + "\"",
                            String.valueOf(e.getMessage()))
                    .exception(e);
        }
        return look.require(on.name()).index();
    }

    private static ProblemException noParent(char quote, String name) {
        return new Problem.Failed(
                        "Parent device " + quote + name + quote + " doesn't exist",
                        "",
                        "create it, or change the device")
                .exception();
    }

    private static ProblemException noFunctions(String parent) {
        if (!Files.exists(Path.of("/sys/class/net", parent))) {
            return noParent('"', parent);
        }
        boolean able = Files.exists(Path.of("/sys/class/net", parent, "device", "sriov_numvfs"));
        return able
                ? new Problem.Unsupported(
                                "virtual functions of " + parent + " are not handed out by this version",
                                "",
                                "use nictype macvlan or physical")
                        .exception()
                : new Problem.Failed(
                                "Parent device \"" + parent + "\" doesn't support SR-IOV",
                                "",
                                "use nictype macvlan or physical")
                        .exception();
    }

    /// Changes a NIC that is there.
    void update(NicPlan before, NicPlan after) throws InterruptedException {
        try {
            host.update(before, after);
        } catch (SyscallException e) {
            throw Problem.failed("NIC " + after.device() + " not changed", String.valueOf(e.getMessage()))
                    .exception(e);
        }
    }

    /// Clears away what NICs of an instance have left on the host.
    ///
    /// @param ended whether the instance has ended, or only the NICs go
    void release(List<NicPlan> plans, Map<String, String> config, long instance, boolean ended, Predicate<String> inUse)
            throws InterruptedException {
        var physical = new ArrayList<NicPlan>();
        for (var plan : plans) {
            if (plan.kind() instanceof NicPlan.Kind.Physical) {
                physical.add(plan);
            }
            host.remove(plan);
        }
        if (!physical.isEmpty()) {
            lent.takeBack(physical, config, instance, ended);
        }
        for (var plan : plans) {
            String created = config.getOrDefault("volatile." + plan.device().value() + ".last_state.created", "");
            plan.lower()
                    .filter(l -> l.vlan() > 0 && created.equals("true") && !inUse.test(l.name()))
                    .ifPresent(l -> net.delete(l.name()));
        }
    }

    /// Two messages: the pair, whole, with the guest's end in place; then the host's end into the bridge.
    private void pair(NicPlan plan, LinkSpec guest, int mtu, LinkChange hostEnd) {
        make(
                plan,
                guest.kind(
                        LinkKind.veth(LinkSpec.named(plan.hostName()).mtu(mtu).queue(plan.queue()))));
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

    private static ProblemException notMade(NicPlan plan, String why, String remedy) {
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

    /// What is inside the network namespace of a process: three questions to the kernel, and one more per
    /// pair.
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
