package io.lightvisor.linux.netlink;

import io.lightvisor.linux.Fd;
import org.jspecify.annotations.Nullable;

/// A link to be made by [Rtnetlink#create], whole in one message. Immutable; each method gives a changed
/// copy.
///
/// @param name up to 15 bytes; `%d` lets the kernel choose
/// @param mtu 0 for the kernel's choice
/// @param address null for the kernel's choice
/// @param master index of the bridge it becomes a port of, or 0
/// @param lower index of the link it sits on, or 0
/// @param isUp whether it is up at once
/// @param queue length of its transmit queue in packets, 0 for the kernel's choice
/// @param insidePid the process in whose network namespace it is made, or 0
/// @param insideFd a network namespace, or null
public record LinkSpec(
        String name,
        @Nullable LinkKind kind,
        int mtu,
        @Nullable MacAddress address,
        int master,
        int lower,
        boolean isUp,
        int queue,
        int insidePid,
        @Nullable Fd insideFd) {

    public static LinkSpec named(String name) {
        return new LinkSpec(name, null, 0, null, 0, 0, false, 0, 0, null);
    }

    public LinkSpec kind(LinkKind to) {
        return new LinkSpec(name, to, mtu, address, master, lower, isUp, queue, insidePid, insideFd);
    }

    public LinkSpec mtu(int to) {
        return new LinkSpec(name, kind, to, address, master, lower, isUp, queue, insidePid, insideFd);
    }

    public LinkSpec address(@Nullable MacAddress to) {
        return new LinkSpec(name, kind, mtu, to, master, lower, isUp, queue, insidePid, insideFd);
    }

    public LinkSpec master(int to) {
        return new LinkSpec(name, kind, mtu, address, to, lower, isUp, queue, insidePid, insideFd);
    }

    /// On top of another link of our namespace.
    public LinkSpec on(int to) {
        return new LinkSpec(name, kind, mtu, address, master, to, isUp, queue, insidePid, insideFd);
    }

    public LinkSpec up() {
        return new LinkSpec(name, kind, mtu, address, master, lower, true, queue, insidePid, insideFd);
    }

    /// With a transmit queue of this many packets.
    public LinkSpec queue(int to) {
        return new LinkSpec(name, kind, mtu, address, master, lower, isUp, to, insidePid, insideFd);
    }

    /// In the network namespace of a process.
    public LinkSpec inside(int pid) {
        return new LinkSpec(name, kind, mtu, address, master, lower, isUp, queue, pid, null);
    }

    /// In a network namespace.
    public LinkSpec inside(Fd netns) {
        return new LinkSpec(name, kind, mtu, address, master, lower, isUp, queue, 0, netns);
    }
}
