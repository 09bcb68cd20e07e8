package io.lightvisor.linux.netlink;

import java.util.Optional;

/// What a link to be made is, with what only its kind knows.
public sealed interface LinkKind {
    /// The kernel's name: `rtnl_link_ops.kind`.
    String kernelName();

    /// A bridge(8).
    ///
    /// @param forwardDelay in hundredths of a second; empty keeps the kernel's 1500, without STP it delays
    ///     nothing
    record Bridge(Optional<Integer> forwardDelay) implements LinkKind {
        @Override
        public String kernelName() {
            return "bridge";
        }
    }

    /// A pair of ends, veth(4); the peer is made by the same message, where it says. The kernel configures
    /// the peer before the ends know each other, so the peer alone cannot be made "up" nor get a master:
    /// change it afterwards. So for a container make the guest's end, up, with the host's end as its peer.
    record Veth(LinkSpec peer) implements LinkKind {
        @Override
        public String kernelName() {
            return "veth";
        }
    }

    /// An address of its own on another link ([LinkSpec#on]).
    record Macvlan(Mode mode) implements LinkKind {
        /// include/uapi/linux/if_link.h, enum macvlan_mode.
        public enum Mode {
            PRIVATE(1),
            VEPA(2),
            BRIDGE(4),
            PASSTHRU(8);

            final int number;

            Mode(int number) {
                this.number = number;
            }
        }

        @Override
        public String kernelName() {
            return "macvlan";
        }
    }

    /// Shares the hardware address of another link ([LinkSpec#on]) and takes frames by IP address.
    record Ipvlan(Mode mode) implements LinkKind {
        /// include/uapi/linux/if_link.h, enum ipvlan_mode.
        public enum Mode {
            L2(0),
            L3S(2);

            final int number;

            Mode(int number) {
                this.number = number;
            }
        }

        @Override
        public String kernelName() {
            return "ipvlan";
        }
    }

    /// A VLAN of another link ([LinkSpec#on]).
    ///
    /// @param gvrp whether switches are told of it by GVRP, IEEE 802.1Q
    record Vlan(int id, boolean gvrp) implements LinkKind {
        @Override
        public String kernelName() {
            return "vlan";
        }
    }

    /// Swallows everything.
    record Dummy() implements LinkKind {
        @Override
        public String kernelName() {
            return "dummy";
        }
    }

    /// An intermediate functional block: where ingress traffic is sent to be shaped.
    record Ifb() implements LinkKind {
        @Override
        public String kernelName() {
            return "ifb";
        }
    }

    /// A VXLAN tunnel, RFC 7348.
    ///
    /// @param id 0 to 2^24 - 1
    /// @param remote a peer, or a multicast group
    /// @param port UDP, 0 for the kernel's
    /// @param ttl 0 for that of the inner packet
    record Vxlan(int id, Optional<IpAddress> local, Optional<IpAddress> remote, int port, int ttl) implements LinkKind {
        @Override
        public String kernelName() {
            return "vxlan";
        }
    }

    static Bridge bridge() {
        return new Bridge(Optional.empty());
    }

    static Veth veth(LinkSpec peer) {
        return new Veth(peer);
    }
}
