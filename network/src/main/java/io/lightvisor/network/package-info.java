/// All of the host's network: managed bridges with DHCP, DNS, NAT and firewall, the NICs of instances, and the state of
/// every interface.
///
///     Network (as asked) --NetworkDefaults--> Network (complete) --BridgeRules--> BridgeConfig (checked, typed)
///     BridgeConfig --Networks.start--> bridge, addresses, routes (rtnetlink); rules (nft); dnsmasq
///     device options --NicPlanner--> NicPlan --Networks.attach--> AttachedNic (rtnetlink, two messages)
///
/// A managed bridge and everything that belongs to it is found again after the daemon was killed: the bridge carries
/// `lightvisor:TAG` as its alias, the nftables table is `lightvisor_TAG`, dnsmasq is known by its pid file and its
/// arguments. The lease of an instance lives in dnsmasq's own file; addresses are read from the kernel.
///
/// A forward policy "drop" of another table (Docker sets one) cannot be lifted from here: nftables evaluates every
/// table, and any of them may drop. [Networks#obstacles] names such chains.
@NullMarked
package io.lightvisor.network;

import org.jspecify.annotations.NullMarked;
