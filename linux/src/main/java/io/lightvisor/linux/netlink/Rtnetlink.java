package io.lightvisor.linux.netlink;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.Syscalls;
import io.lightvisor.linux.process.NamespaceThread;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Asks the kernel about links, addresses, routes and neighbours of one network namespace, and changes them.
///
/// Any thread may use it; questions queue. Each method throws [SyscallException] with the kernel's errno
/// and, where the kernel has one, its own sentence: `RTM_NEWLINK veth0: EEXIST, file exists`.
public final class Rtnetlink implements AutoCloseable {
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_SETLINK = 19;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int RTM_GETADDR = 22;
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int RTM_GETROUTE = 26;
    private static final int RTM_NEWNEIGH = 28;
    private static final int RTM_DELNEIGH = 29;
    private static final int RTM_GETNEIGH = 30;
    private static final int RTM_NEWNSID = 88;
    private static final int RTM_GETNSID = 90;

    private static final int AF_UNSPEC = 0;
    private static final int AF_INET = 2;
    private static final int AF_BRIDGE = 7;
    private static final int AF_INET6 = 10;
    private static final int IFF_UP = 0x1;

    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINK = 5;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_TXQLEN = 13;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_NET_NS_PID = 19;
    private static final int IFLA_IFALIAS = 20;
    private static final int IFLA_PROTINFO = 12;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_BRPORT_ISOLATED = 33;
    private static final int IFLA_BRIDGE_VLAN_INFO = 2;
    private static final int BRIDGE_VLAN_INFO_PVID = 1 << 1;
    private static final int BRIDGE_VLAN_INFO_UNTAGGED = 1 << 2;
    private static final int IFLA_NET_NS_FD = 28;
    private static final int IFLA_EXT_MASK = 29;
    private static final int IFLA_TARGET_NETNSID = 46;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int VETH_INFO_PEER = 1;
    private static final int IFLA_MACVLAN_MODE = 1;
    private static final int IFLA_IPVLAN_MODE = 1;
    private static final int IFLA_VLAN_ID = 1;
    private static final int IFLA_VLAN_FLAGS = 2;
    private static final byte VLAN_FLAG_GVRP = 2;
    private static final int IFLA_BR_FORWARD_DELAY = 1;
    private static final int IFLA_VXLAN_ID = 1;
    private static final int IFLA_VXLAN_GROUP = 2;
    private static final int IFLA_VXLAN_LOCAL = 4;
    private static final int IFLA_VXLAN_TTL = 5;
    private static final int IFLA_VXLAN_PORT = 15;
    private static final int IFLA_VXLAN_GROUP6 = 16;
    private static final int IFLA_VXLAN_LOCAL6 = 17;
    /// RTEXT_FILTER_SKIP_STATS: half of a link's message is counters of IPv6.
    private static final int SKIP_STATS = 1 << 3;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_BROADCAST = 4;
    private static final int IFA_FLAGS = 8;
    private static final int IFA_TARGET_NETNSID = 10;

    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_TABLE = 15;
    private static final int RT_SCOPE_UNIVERSE = 0;
    private static final int RT_SCOPE_LINK = 253;
    private static final int RTN_UNICAST = 1;

    private static final int NTF_PROXY = 0x08;
    private static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;

    private static final int NETNSA_NSID = 1;
    private static final int NETNSA_PID = 2;
    private static final int NETNSA_FD = 3;

    private final NetlinkSocket socket;

    private Rtnetlink(NetlinkSocket socket) {
        this.socket = socket;
    }

    /// For the network namespace of the calling thread, also when other threads use it.
    public static Rtnetlink open() {
        return new Rtnetlink(NetlinkSocket.open(NetlinkSocket.ROUTE, true));
    }

    /// For another network namespace, entered once to open the socket there.
    public static Rtnetlink open(Fd netns) throws InterruptedException {
        try {
            return NamespaceThread.inNetwork(netns, Rtnetlink::open);
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }

    // ---- links

    /// Makes a link (of a veth pair, both ends) in one message: everything or nothing.
    ///
    /// @throws SyscallException with `EEXIST` if the name is taken in its namespace
    public void create(LinkSpec link) {
        var kind = link.kind();
        if (kind == null) {
            throw new IllegalArgumentException("a link needs a kind: " + link.name());
        }
        var m = new Message(RTM_NEWLINK, Message.REQUEST | Message.ACK | Message.CREATE | Message.EXCL);
        put(m, link);
        int info = m.begin(IFLA_LINKINFO);
        m.attribute(IFLA_INFO_KIND, kind.kernelName());
        int data = m.begin(IFLA_INFO_DATA);
        putData(m, kind);
        m.end(data);
        m.end(info);
        socket.change(m, "RTM_NEWLINK", link.name());
    }

    private static void put(Message m, LinkSpec link) {
        int up = link.isUp() ? IFF_UP : 0;
        linkHeader(m, 0, up, up).attribute(IFLA_IFNAME, link.name());
        if (link.mtu() > 0) {
            m.attribute(IFLA_MTU, link.mtu());
        }
        var address = link.address();
        if (address != null) {
            m.attribute(IFLA_ADDRESS, address.bytes());
        }
        if (link.master() > 0) {
            m.attribute(IFLA_MASTER, link.master());
        }
        if (link.lower() > 0) {
            m.attribute(IFLA_LINK, link.lower());
        }
        if (link.queue() > 0) {
            m.attribute(IFLA_TXQLEN, link.queue());
        }
        inside(m, link.insidePid(), link.insideFd());
    }

    private static void inside(Message m, int pid, @Nullable Fd netns) {
        if (pid > 0) {
            m.attribute(IFLA_NET_NS_PID, pid);
        } else if (netns != null) {
            m.attribute(IFLA_NET_NS_FD, Syscalls.number(netns));
        }
    }

    private static void putData(Message m, LinkKind kind) {
        switch (kind) {
            case LinkKind.Bridge bridge ->
                bridge.forwardDelay().ifPresent(delay -> m.attribute(IFLA_BR_FORWARD_DELAY, (int) delay));
            case LinkKind.Veth veth -> {
                int peer = m.begin(VETH_INFO_PEER);
                put(m, veth.peer());
                m.end(peer);
            }
            case LinkKind.Macvlan macvlan -> m.attribute(IFLA_MACVLAN_MODE, macvlan.mode().number);
            case LinkKind.Ipvlan ipvlan -> m.attribute16(IFLA_IPVLAN_MODE, ipvlan.mode().number);
            case LinkKind.Vlan vlan -> {
                m.attribute16(IFLA_VLAN_ID, vlan.id());
                if (vlan.gvrp()) {
                    // struct ifla_vlan_flags: flags, mask.
                    byte[] flags = {VLAN_FLAG_GVRP, 0, 0, 0, VLAN_FLAG_GVRP, 0, 0, 0};
                    m.attribute(IFLA_VLAN_FLAGS, flags);
                }
            }
            case LinkKind.Vxlan vxlan -> {
                m.attribute(IFLA_VXLAN_ID, vxlan.id());
                vxlan.local().ifPresent(ip -> m.attribute(ip.v6() ? IFLA_VXLAN_LOCAL6 : IFLA_VXLAN_LOCAL, ip.bytes()));
                vxlan.remote().ifPresent(ip -> m.attribute(ip.v6() ? IFLA_VXLAN_GROUP6 : IFLA_VXLAN_GROUP, ip.bytes()));
                if (vxlan.port() > 0) {
                    m.attribute16be(IFLA_VXLAN_PORT, vxlan.port());
                }
                m.attribute8(IFLA_VXLAN_TTL, vxlan.ttl());
            }
            case LinkKind.Dummy _, LinkKind.Ifb _ -> {}
        }
    }

    /// struct ifinfomsg.
    private static Message linkHeader(Message m, int index, int flags, int change) {
        return m.u8(AF_UNSPEC).u8(0).u16(0).u32(index).u32(flags).u32(change);
    }

    /// Changes a link.
    ///
    /// @param index of the link in this namespace
    public void change(int index, LinkChange to) {
        change(index, null, to);
    }

    /// Changes the link of a name, all but the name.
    public void change(String name, LinkChange to) {
        change(0, name, to);
    }

    private void change(int index, @Nullable String current, LinkChange to) {
        var up = to.isUp();
        var m = linkHeader(
                new Message(RTM_NEWLINK, Message.REQUEST | Message.ACK),
                index,
                Boolean.TRUE.equals(up) ? IFF_UP : 0,
                up != null ? IFF_UP : 0);
        String name = current != null ? current : to.name();
        if (name != null) {
            m.attribute(IFLA_IFNAME, name);
        }
        var mtu = to.mtu();
        if (mtu != null) {
            m.attribute(IFLA_MTU, (int) mtu);
        }
        var address = to.address();
        if (address != null) {
            m.attribute(IFLA_ADDRESS, address.bytes());
        }
        if (to.master().isPresent()) {
            m.attribute(IFLA_MASTER, to.master().getAsInt());
        }
        if (to.alias() != null) {
            m.attribute(IFLA_IFALIAS, to.alias());
        }
        inside(m, to.insidePid(), to.insideFd());
        socket.change(m, "RTM_NEWLINK", name != null ? name : "link " + index);
    }

    /// Removes a link; of a veth pair, both ends.
    ///
    /// @return false if there was none of that name
    public boolean delete(String name) {
        try {
            socket.change(
                    linkHeader(new Message(RTM_DELLINK, Message.REQUEST | Message.ACK), 0, 0, 0)
                            .attribute(IFLA_IFNAME, name),
                    "RTM_DELLINK",
                    name);
            return true;
        } catch (SyscallException e) {
            if (e.is(Errno.ENODEV)) {
                return false;
            }
            throw e;
        }
    }

    /// Removes a link of another namespace.
    ///
    /// @return false if there was none of that name
    public boolean delete(NamespaceId in, String name) {
        try {
            socket.change(
                    linkHeader(new Message(RTM_DELLINK, Message.REQUEST | Message.ACK), 0, 0, 0)
                            .attribute(IFLA_IFNAME, name)
                            .attribute(IFLA_TARGET_NETNSID, in.value()),
                    "RTM_DELLINK",
                    name);
            return true;
        } catch (SyscallException e) {
            if (e.is(Errno.ENODEV)) {
                return false;
            }
            throw e;
        }
    }

    /// All links, with their counters.
    public List<Link> links() {
        return links(null, 0);
    }

    /// All links, without counters: much less to carry.
    public List<Link> linksWithoutStats() {
        return links(null, SKIP_STATS);
    }

    /// All links of another namespace, with their counters.
    public List<Link> links(NamespaceId in) {
        return links(in, 0);
    }

    private List<Link> links(@Nullable NamespaceId in, int mask) {
        var m = linkHeader(new Message(RTM_GETLINK, Message.REQUEST | Message.DUMP), 0, 0, 0);
        if (mask != 0) {
            m.attribute(IFLA_EXT_MASK, mask);
        }
        if (in != null) {
            m.attribute(IFLA_TARGET_NETNSID, in.value());
        }
        return socket.dump(
                m, "RTM_GETLINK", "all links", (type, payload) -> type == RTM_NEWLINK ? Parser.link(payload) : null);
    }

    /// The link of a name, with its counters.
    public Optional<Link> find(String name) {
        return find(
                linkHeader(new Message(RTM_GETLINK, Message.REQUEST), 0, 0, 0).attribute(IFLA_IFNAME, name), name);
    }

    /// The link of an index, without counters.
    public Optional<Link> find(int index) {
        return find(
                linkHeader(new Message(RTM_GETLINK, Message.REQUEST), index, 0, 0)
                        .attribute(IFLA_EXT_MASK, SKIP_STATS),
                "link " + index);
    }

    /// The link of a name in another namespace, with its counters.
    public Optional<Link> find(NamespaceId in, String name) {
        return find(
                linkHeader(new Message(RTM_GETLINK, Message.REQUEST), 0, 0, 0)
                        .attribute(IFLA_IFNAME, name)
                        .attribute(IFLA_TARGET_NETNSID, in.value()),
                name);
    }

    private Optional<Link> find(Message m, String subject) {
        try {
            return Optional.of(socket.get(m, "RTM_GETLINK", subject, (_, payload) -> Parser.link(payload)));
        } catch (SyscallException e) {
            if (e.is(Errno.ENODEV)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// As [#find(String)].
    ///
    /// @throws SyscallException with `ENODEV` if there is none
    public Link require(String name) {
        return find(name).orElseThrow(() -> new SyscallException("RTM_GETLINK", name, Errno.ENODEV));
    }

    // ---- ports of bridges

    /// Keeps a port of a bridge apart from the other isolated ones, or no longer.
    ///
    /// @param index of a link that is in a bridge
    public void isolate(int index, boolean isolated) {
        var m = bridgePort(RTM_SETLINK, index);
        int port = m.begin(IFLA_PROTINFO);
        m.attribute8(IFLA_BRPORT_ISOLATED, isolated ? 1 : 0);
        m.end(port);
        socket.change(m, "RTM_SETLINK", "port " + index);
    }

    /// Lets a port of a bridge carry a VLAN.
    ///
    /// @param untagged whether frames without a tag belong to it, both ways
    public void addVlan(int index, int id, boolean untagged) {
        int flags = untagged ? BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED : 0;
        socket.change(vlan(RTM_SETLINK, index, id, flags), "RTM_SETLINK", "VLAN " + id + " on port " + index);
    }

    /// Lets a port of a bridge carry a VLAN no longer.
    public void removeVlan(int index, int id) {
        socket.change(vlan(RTM_DELLINK, index, id, 0), "RTM_DELLINK", "VLAN " + id + " on port " + index);
    }

    private static Message vlan(int type, int index, int id, int flags) {
        var m = bridgePort(type, index);
        int spec = m.begin(IFLA_AF_SPEC);
        // struct bridge_vlan_info: flags, id.
        m.attribute(
                IFLA_BRIDGE_VLAN_INFO,
                ByteBuffer.allocate(4)
                        .order(ByteOrder.nativeOrder())
                        .putShort((short) flags)
                        .putShort((short) id)
                        .array());
        m.end(spec);
        return m;
    }

    /// struct ifinfomsg of the family of bridges.
    private static Message bridgePort(int type, int index) {
        return new Message(type, Message.REQUEST | Message.ACK)
                .u8(AF_BRIDGE)
                .u8(0)
                .u16(0)
                .u32(index)
                .u32(0)
                .u32(0);
    }

    /// The queues that limit how fast links send.
    public TrafficControl trafficControl() {
        return new TrafficControl(socket);
    }

    // ---- addresses

    /// Adds an address; of IPv4 with the broadcast address of its prefix.
    ///
    /// @throws SyscallException with `EEXIST` if the link has it already
    public void add(InterfaceAddress address) {
        var m = addressHeader(
                new Message(RTM_NEWADDR, Message.REQUEST | Message.ACK | Message.CREATE | Message.EXCL), address);
        if (address.flags() != 0) {
            m.attribute(IFA_FLAGS, address.flags());
        }
        if (!address.address().v6() && address.prefix() < 31) {
            m.attribute(IFA_BROADCAST, address.address().last(address.prefix()).bytes());
        }
        socket.change(m, "RTM_NEWADDR", subject(address));
    }

    /// Takes an address away.
    public void delete(InterfaceAddress address) {
        socket.change(
                addressHeader(new Message(RTM_DELADDR, Message.REQUEST | Message.ACK), address),
                "RTM_DELADDR",
                subject(address));
    }

    private static String subject(InterfaceAddress a) {
        return a.address() + "/" + a.prefix() + " on link " + a.index();
    }

    /// struct ifaddrmsg, and the address.
    private static Message addressHeader(Message m, InterfaceAddress a) {
        byte[] bytes = a.address().bytes();
        return m.u8(family(a.address()))
                .u8(a.prefix())
                .u8(a.flags() & 0xff)
                .u8(a.scope())
                .u32(a.index())
                .attribute(IFA_LOCAL, bytes)
                .attribute(IFA_ADDRESS, bytes);
    }

    /// The addresses of all links.
    public List<InterfaceAddress> addresses() {
        return addresses(null, 0);
    }

    /// The addresses of one link.
    public List<InterfaceAddress> addresses(int index) {
        return addresses(null, index);
    }

    /// The addresses of all links of another namespace.
    public List<InterfaceAddress> addresses(NamespaceId in) {
        return addresses(in, 0);
    }

    private List<InterfaceAddress> addresses(@Nullable NamespaceId in, int index) {
        var m = new Message(RTM_GETADDR, Message.REQUEST | Message.DUMP)
                .u8(AF_UNSPEC)
                .u8(0)
                .u8(0)
                .u8(0)
                .u32(index);
        if (in != null) {
            m.attribute(IFA_TARGET_NETNSID, in.value());
        }
        // The filter by link does not reach the dump of every family in older kernels.
        return socket.dump(m, "RTM_GETADDR", index == 0 ? "all links" : "link " + index, (type, payload) -> {
            var address = type == RTM_NEWADDR ? Parser.address(payload) : null;
            return address != null && index != 0 && address.index() != index ? null : address;
        });
    }

    // ---- routes

    /// Adds a route.
    ///
    /// @throws SyscallException with `EEXIST` if there is one to the same prefix with the same metric
    public void add(Route route) {
        change(RTM_NEWROUTE, Message.CREATE | Message.EXCL, "RTM_NEWROUTE", route);
    }

    /// Adds a route, or puts it in place of the one to the same prefix.
    public void replace(Route route) {
        change(RTM_NEWROUTE, Message.CREATE | Message.REPLACE, "RTM_NEWROUTE", route);
    }

    /// Takes a route away.
    public void delete(Route route) {
        change(RTM_DELROUTE, 0, "RTM_DELROUTE", route);
    }

    private void change(int type, int flags, String call, Route route) {
        var m = new Message(type, Message.REQUEST | Message.ACK | flags);
        // struct rtmsg
        m.u8(family(route.destination()))
                .u8(route.prefix())
                .u8(0)
                .u8(0)
                .u8(route.table() < 256 ? route.table() : 0)
                .u8(route.protocol())
                .u8(route.gateway().isPresent() || route.destination().v6() ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK)
                .u8(RTN_UNICAST)
                .u32(0);
        if (route.prefix() > 0) {
            m.attribute(RTA_DST, route.destination().bytes());
        }
        if (route.link() > 0) {
            m.attribute(RTA_OIF, route.link());
        }
        route.gateway().ifPresent(ip -> m.attribute(RTA_GATEWAY, ip.bytes()));
        if (route.metric() > 0) {
            m.attribute(RTA_PRIORITY, route.metric());
        }
        m.attribute(RTA_TABLE, route.table());
        socket.change(m, call, route.destination() + "/" + route.prefix());
    }

    /// The unicast routes of all tables and both families.
    public List<Route> routes() {
        // struct rtmsg: zeros
        var m = new Message(RTM_GETROUTE, Message.REQUEST | Message.DUMP)
                .u32(0)
                .u32(0)
                .u32(0);
        return socket.dump(
                m,
                "RTM_GETROUTE",
                "all routes",
                (type, payload) -> type == RTM_NEWROUTE ? Parser.route(payload) : null);
    }

    // ---- neighbours

    /// Sets who answers for an address.
    public void set(Neighbour neighbour) {
        change(RTM_NEWNEIGH, Message.CREATE | Message.REPLACE, "RTM_NEWNEIGH", neighbour);
    }

    /// Forgets who answers for an address.
    public void delete(Neighbour neighbour) {
        change(RTM_DELNEIGH, 0, "RTM_DELNEIGH", neighbour);
    }

    private void change(int type, int flags, String call, Neighbour neighbour) {
        var m = neighbourHeader(
                        new Message(type, Message.REQUEST | Message.ACK | flags),
                        family(neighbour.address()),
                        neighbour.link(),
                        neighbour.state())
                .attribute(NDA_DST, neighbour.address().bytes());
        neighbour.hardware().ifPresent(mac -> m.attribute(NDA_LLADDR, mac.bytes()));
        socket.change(m, call, neighbour.address() + " on link " + neighbour.link());
    }

    /// Answers for an address of another link: a proxy entry, which the link's own neighbours are told.
    public void proxy(int link, IpAddress address) {
        socket.change(
                proxy(RTM_NEWNEIGH, Message.CREATE | Message.REPLACE, link, address),
                "RTM_NEWNEIGH",
                address + " on link " + link);
    }

    /// Answers for an address no longer.
    ///
    /// @throws SyscallException with `ENOENT` if it did not
    public void unproxy(int link, IpAddress address) {
        socket.change(proxy(RTM_DELNEIGH, 0, link, address), "RTM_DELNEIGH", address + " on link " + link);
    }

    private static Message proxy(int type, int flags, int link, IpAddress address) {
        return new Message(type, Message.REQUEST | Message.ACK | flags)
                .u8(family(address))
                .u8(0)
                .u16(0)
                .u32(link)
                .u16(0)
                .u8(NTF_PROXY)
                .u8(0)
                .attribute(NDA_DST, address.bytes());
    }

    /// struct ndmsg.
    private static Message neighbourHeader(Message m, int family, int link, int state) {
        return m.u8(family).u8(0).u16(0).u32(link).u16(state).u8(0).u8(0);
    }

    /// All known neighbours.
    public List<Neighbour> neighbours() {
        return socket.dump(
                neighbourHeader(new Message(RTM_GETNEIGH, Message.REQUEST | Message.DUMP), AF_UNSPEC, 0, 0),
                "RTM_GETNEIGH",
                "all neighbours",
                (type, payload) -> type == RTM_NEWNEIGH ? Parser.neighbour(payload) : null);
    }

    // ---- other namespaces

    /// The number of the network namespace of a process, given one if it has none.
    ///
    /// @throws SyscallException with `ESRCH` if there is no such process
    public NamespaceId namespace(int pid) {
        return namespace(NETNSA_PID, pid, "network namespace of pid " + pid);
    }

    /// The number of a network namespace, given one if it has none.
    public NamespaceId namespace(Fd netns) {
        return namespace(NETNSA_FD, Syscalls.number(netns), netns.what());
    }

    private NamespaceId namespace(int by, int value, String subject) {
        int known = nsid(by, value, subject);
        if (known >= 0) {
            return new NamespaceId(known);
        }
        try {
            // struct rtgenmsg; -1 lets the kernel choose.
            socket.change(
                    new Message(RTM_NEWNSID, Message.REQUEST | Message.ACK)
                            .u32(AF_UNSPEC)
                            .attribute(NETNSA_NSID, -1)
                            .attribute(by, value),
                    "RTM_NEWNSID",
                    subject);
        } catch (SyscallException e) {
            // Somebody else gave it one in between.
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
        return new NamespaceId(nsid(by, value, subject));
    }

    private int nsid(int by, int value, String subject) {
        return socket.get(
                new Message(RTM_GETNSID, Message.REQUEST).u32(AF_UNSPEC).attribute(by, value),
                "RTM_GETNSID",
                subject,
                (_, payload) -> {
                    for (var a = new Attributes(payload, 4); a.next(); ) {
                        if (a.type() == NETNSA_NSID) {
                            return a.number();
                        }
                    }
                    return null;
                });
    }

    private static int family(IpAddress address) {
        return address.v6() ? AF_INET6 : AF_INET;
    }
}
