package io.lightvisor.linux.socket;

/// Who is at the other side, as the kernel saw when it connected, in our namespaces: unix(7), SO_PEERCRED.
/// The pid is 0 if the peer is in a pid namespace we cannot see; the ids are 65534 if they are not mapped here.
public record PeerCredentials(int pid, int uid, int gid) {}
