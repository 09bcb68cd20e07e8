package io.lightvisor.linux.netlink;

/// Counters since the link was made: struct rtnl_link_stats64, include/uapi/linux/if_link.h.
public record LinkStats(
        long receivedPackets,
        long sentPackets,
        long receivedBytes,
        long sentBytes,
        long receiveErrors,
        long sendErrors,
        long receiveDropped,
        long sendDropped) {
    public static final LinkStats ZERO = new LinkStats(0, 0, 0, 0, 0, 0, 0, 0);
}
