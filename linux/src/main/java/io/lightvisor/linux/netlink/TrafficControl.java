package io.lightvisor.linux.netlink;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// How fast a link sends, and where what it receives goes first: the part of tc(8) that limits the NICs of
/// guests. Structures from include/uapi/linux/pkt_sched.h and pkt_cls.h.
///
/// What a link sends waits in a token bucket (tc-tbf(8)). What it receives cannot wait there: it is
/// redirected (tc-mirred(8)) to a link of kind `ifb`, whose sending is limited in turn.
public final class TrafficControl {
    private static final int RTM_NEWQDISC = 36;
    private static final int RTM_DELQDISC = 37;
    private static final int RTM_NEWTFILTER = 44;

    private static final int TC_H_ROOT = -1;
    private static final int TC_H_INGRESS = 0xffff_fff1;
    private static final int INGRESS_HANDLE = 0xffff_0000;

    private static final int TCA_KIND = 1;
    private static final int TCA_OPTIONS = 2;
    private static final int TCA_TBF_PARMS = 1;
    private static final int TCA_TBF_RATE64 = 4;
    private static final int TCA_TBF_BURST = 6;
    private static final int TC_LINKLAYER_ETHERNET = 1;

    private static final int TCA_U32_SEL = 5;
    private static final int TCA_U32_ACT = 7;
    private static final byte TC_U32_TERMINAL = 1;
    private static final int TCA_ACT_KIND = 1;
    private static final int TCA_ACT_OPTIONS = 2;
    private static final int TCA_MIRRED_PARMS = 2;
    private static final int TCA_EGRESS_REDIR = 1;
    private static final int TC_ACT_STOLEN = 4;
    private static final int ETH_P_ALL = 3;

    /// A frame of 64 KiB, as segmentation offload makes them, passes whole.
    private static final long SMALLEST_BURST = 65536;

    private static final int LONGEST_QUEUE = 64 << 20;

    private final NetlinkSocket socket;

    TrafficControl(NetlinkSocket socket) {
        this.socket = socket;
    }

    /// Limits what a link sends; a limit that it has already is replaced.
    ///
    /// @param bits per second, more than 0
    /// @throws SyscallException with `ENOENT` if the kernel has no token bucket
    public void limitSending(int link, long bits) {
        long bytes = Math.max(1, bits / 8);
        // A burst of 10 ms, a queue of 100 ms.
        long burst = Math.clamp(bytes / 100, SMALLEST_BURST, LONGEST_QUEUE);
        long queue = Math.clamp(bytes / 10 + burst, 4 * SMALLEST_BURST, LONGEST_QUEUE);
        var m = header(RTM_NEWQDISC, Message.CREATE | Message.REPLACE, link, 0, TC_H_ROOT, 0)
                .attribute(TCA_KIND, "tbf");
        int options = m.begin(TCA_OPTIONS);
        // struct tc_tbf_qopt: rate and peak rate (struct tc_ratespec), limit, buffer, mtu.
        var parms = ByteBuffer.allocate(36).order(ByteOrder.nativeOrder());
        parms.put(1, (byte) TC_LINKLAYER_ETHERNET).putInt(8, (int) Math.min(bytes, 0xffff_ffffL));
        parms.putInt(24, (int) queue);
        m.attribute(TCA_TBF_PARMS, parms.array());
        if (bytes > 0xffff_ffffL) {
            m.attribute(
                    TCA_TBF_RATE64,
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.nativeOrder())
                            .putLong(bytes)
                            .array());
        }
        m.attribute(TCA_TBF_BURST, (int) burst);
        m.end(options);
        socket.change(m, "RTM_NEWQDISC", "tbf on link " + link);
    }

    /// Lets a link send as fast as it can. Harmless if it does.
    public void unlimitSending(int link) {
        delete(link, 0, TC_H_ROOT);
    }

    /// Sends all that a link receives to another link first, and from there on the way it would have gone.
    ///
    /// @param through index of a link of kind `ifb` that is up
    /// @throws SyscallException with `ENOENT` if the kernel cannot redirect
    public void redirectReceived(int link, int through) {
        socket.change(
                header(RTM_NEWQDISC, Message.CREATE | Message.REPLACE, link, INGRESS_HANDLE, TC_H_INGRESS, 0)
                        .attribute(TCA_KIND, "ingress"),
                "RTM_NEWQDISC",
                "ingress on link " + link);
        // tcm_info of a filter: its priority above, the protocol in network byte order below.
        int info = 1 << 16 | Short.toUnsignedInt(bigEndian(ETH_P_ALL));
        var m = header(RTM_NEWTFILTER, Message.CREATE | Message.EXCL, link, 0, INGRESS_HANDLE, info)
                .attribute(TCA_KIND, "u32");
        int options = m.begin(TCA_OPTIONS);
        // struct tc_u32_sel with one struct tc_u32_key of zeros: matches everything.
        byte[] selector = new byte[32];
        selector[0] = TC_U32_TERMINAL;
        selector[2] = 1;
        m.attribute(TCA_U32_SEL, selector);
        int actions = m.begin(TCA_U32_ACT);
        int first = m.begin(1);
        m.attribute(TCA_ACT_KIND, "mirred");
        int action = m.begin(TCA_ACT_OPTIONS);
        // struct tc_mirred: index, capab, action, refcnt, bindcnt, eaction, ifindex.
        m.attribute(
                TCA_MIRRED_PARMS,
                ByteBuffer.allocate(28)
                        .order(ByteOrder.nativeOrder())
                        .putInt(8, TC_ACT_STOLEN)
                        .putInt(20, TCA_EGRESS_REDIR)
                        .putInt(24, through)
                        .array());
        m.end(action);
        m.end(first);
        m.end(actions);
        m.end(options);
        socket.change(m, "RTM_NEWTFILTER", "u32 on link " + link);
    }

    /// Undoes [#redirectReceived]. Harmless if there is nothing to undo.
    public void unredirectReceived(int link) {
        delete(link, INGRESS_HANDLE, TC_H_INGRESS);
    }

    private void delete(int link, int handle, int parent) {
        try {
            socket.change(header(RTM_DELQDISC, 0, link, handle, parent, 0), "RTM_DELQDISC", "link " + link);
        } catch (SyscallException e) {
            // ENOENT and EINVAL: there is none. ENODEV: the link itself has gone.
            if (!e.is(Errno.ENOENT, Errno.EINVAL) && !e.is(Errno.ENODEV)) {
                throw e;
            }
        }
    }

    private static short bigEndian(int value) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? (short) value : Short.reverseBytes((short) value);
    }

    /// struct tcmsg.
    private static Message header(int type, int flags, int link, int handle, int parent, int info) {
        return new Message(type, Message.REQUEST | Message.ACK | flags)
                .u8(0)
                .u8(0)
                .u16(0)
                .u32(link)
                .u32(handle)
                .u32(parent)
                .u32(info);
    }
}
