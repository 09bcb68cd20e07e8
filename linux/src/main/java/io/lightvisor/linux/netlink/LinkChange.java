package io.lightvisor.linux.netlink;

import io.lightvisor.linux.Fd;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// What [Rtnetlink#change] changes of a link; what is null or empty stays. Immutable; each method gives a changed copy.
///
/// @param master 0 takes it out of its bridge
public record LinkChange(
        @Nullable String name,
        @Nullable Integer mtu,
        @Nullable MacAddress address,
        OptionalInt master,
        @Nullable Boolean isUp,
        @Nullable String alias,
        int insidePid,
        @Nullable Fd insideFd) {
    public static final LinkChange NONE = new LinkChange(null, null, null, OptionalInt.empty(), null, null, 0, null);

    /// A new name; the link must be down before Linux 6.2 or so.
    public LinkChange name(String to) {
        return new LinkChange(to, mtu, address, master, isUp, alias, insidePid, insideFd);
    }

    public LinkChange mtu(int to) {
        return new LinkChange(name, to, address, master, isUp, alias, insidePid, insideFd);
    }

    public LinkChange address(MacAddress to) {
        return new LinkChange(name, mtu, to, master, isUp, alias, insidePid, insideFd);
    }

    public LinkChange master(int to) {
        return new LinkChange(name, mtu, address, OptionalInt.of(to), isUp, alias, insidePid, insideFd);
    }

    public LinkChange up() {
        return new LinkChange(name, mtu, address, master, true, alias, insidePid, insideFd);
    }

    public LinkChange down() {
        return new LinkChange(name, mtu, address, master, false, alias, insidePid, insideFd);
    }

    /// A note for people and for us, up to 255 bytes (`ip link set alias`).
    public LinkChange alias(String to) {
        return new LinkChange(name, mtu, address, master, isUp, to, insidePid, insideFd);
    }

    /// Moved to the network namespace of a process, with the new name if there is one.
    public LinkChange inside(int pid) {
        return new LinkChange(name, mtu, address, master, isUp, alias, pid, null);
    }

    /// Moved to a network namespace.
    public LinkChange inside(Fd netns) {
        return new LinkChange(name, mtu, address, master, isUp, alias, 0, netns);
    }
}
