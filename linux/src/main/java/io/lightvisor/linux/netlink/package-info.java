/// The kernel's network interface by rtnetlink(7): links, addresses, routes, neighbours, typed and in this process.
///
///     try (var net = Rtnetlink.open()) {
///         int bridge = net.create(LinkSpec.named("lxdbr0").kind(LinkKind.bridge()).up());
///         net.add(InterfaceAddress.of(bridge, IpAddress.parse("10.1.2.1"), 24));
///         net.create(LinkSpec.named("eth0").address(mac).inside(initPid).up()
///                 .kind(LinkKind.veth(LinkSpec.named("veth0a1b2c3d"))));
///         net.change("veth0a1b2c3d", LinkChange.NONE.master(bridge).up());
///     }
///
/// A socket belongs for ever to the network namespace in which it was opened, whatever thread uses it. The state of
/// another namespace is read over our own socket by its [NamespaceId], without entering it.
@NullMarked
package io.lightvisor.linux.netlink;

import org.jspecify.annotations.NullMarked;
