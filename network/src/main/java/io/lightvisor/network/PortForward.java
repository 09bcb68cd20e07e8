package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;

/// What comes to an address and port of the host goes to an instance, by the firewall alone.
///
/// @param udp UDP; TCP otherwise
/// @param listen  an address of the host
/// @param connect an address of an instance, of the same family
public record PortForward(boolean udp, IpAddress listen, int listenPort, IpAddress connect, int connectPort) {}
