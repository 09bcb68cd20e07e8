package io.lightvisor.linux.netlink;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks at the rules of nftables without a process: nfnetlink, include/uapi/linux/netfilter/nf_tables.h.
/// Changes go through nft(8), which knows the language.
public final class Nftables implements AutoCloseable {
    private static final int NFT_MSG_NEWCHAIN = 10 << 8 | 3;
    private static final int NFT_MSG_GETCHAIN = 10 << 8 | 4;
    private static final int NFT_MSG_GETTABLE = 10 << 8 | 1;
    private static final int NFTA_TABLE_NAME = 1;
    private static final int NFTA_CHAIN_TABLE = 1;
    private static final int NFTA_CHAIN_NAME = 3;
    private static final int NFTA_CHAIN_HOOK = 4;
    private static final int NFTA_CHAIN_POLICY = 5;
    private static final int NFTA_HOOK_HOOKNUM = 1;
    private static final int NFPROTO_INET = 1;
    private static final int NFPROTO_BRIDGE = 7;
    private static final int NF_INET_FORWARD = 2;
    private static final int NF_DROP = 0;

    private final NetlinkSocket socket;

    private Nftables(NetlinkSocket socket) {
        this.socket = socket;
    }

    /// For the network namespace of the calling thread.
    public static Nftables open() {
        return new Nftables(NetlinkSocket.open(NetlinkSocket.NETFILTER, false));
    }

    @Override
    public void close() {
        socket.close();
    }

    /// Whether there is a table of the family `inet`.
    public boolean hasTable(String table) {
        return has(
                message(NFT_MSG_GETTABLE, 0, NFPROTO_INET).attribute(NFTA_TABLE_NAME, table),
                "NFT_MSG_GETTABLE",
                table);
    }

    /// Whether there is a table of the family `bridge`.
    public boolean hasBridgeTable(String table) {
        return has(
                message(NFT_MSG_GETTABLE, 0, NFPROTO_BRIDGE).attribute(NFTA_TABLE_NAME, table),
                "NFT_MSG_GETTABLE",
                table);
    }

    /// Whether there is a chain in a table of the family `inet`.
    public boolean hasChain(String table, String chain) {
        return has(
                message(NFT_MSG_GETCHAIN, 0, NFPROTO_INET)
                        .attribute(NFTA_CHAIN_TABLE, table)
                        .attribute(NFTA_CHAIN_NAME, chain),
                "NFT_MSG_GETCHAIN",
                table + " " + chain);
    }

    /// The chains of any table that drop what is forwarded and matches none of their rules, as `table chain`.
    /// An "accept" elsewhere does not help against them.
    public List<String> chainsDroppingForwarded() {
        return socket.dump(
                message(NFT_MSG_GETCHAIN, Message.DUMP, 0),
                "NFT_MSG_GETCHAIN",
                "all chains",
                (type, payload) -> type == NFT_MSG_NEWCHAIN ? droppingForwarded(payload) : null);
    }

    private static @Nullable String droppingForwarded(ByteBuffer payload) {
        String table = "";
        String chain = "";
        boolean forward = false;
        boolean drop = false;
        for (var a = new Attributes(payload, 4); a.next(); ) {
            switch (a.type()) {
                case NFTA_CHAIN_TABLE -> table = a.text();
                case NFTA_CHAIN_NAME -> chain = a.text();
                case NFTA_CHAIN_HOOK -> {
                    for (var hook = a.nested(); hook.next(); ) {
                        if (hook.type() == NFTA_HOOK_HOOKNUM) {
                            forward = hook.number32be() == NF_INET_FORWARD;
                        }
                    }
                }
                case NFTA_CHAIN_POLICY -> drop = a.number32be() == NF_DROP;
                default -> {}
            }
        }
        return forward && drop ? table + " " + chain : null;
    }

    private boolean has(Message m, String call, String subject) {
        try {
            return socket.get(m, call, subject, (_, _) -> Boolean.TRUE);
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    /// struct nfgenmsg: family, version 0, resource id 0.
    private static Message message(int type, int flags, int family) {
        return new Message(type, Message.REQUEST | flags).u8(family).u8(0).u16(0);
    }
}
