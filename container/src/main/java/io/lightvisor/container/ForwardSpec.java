package io.lightvisor.container;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.socket.SocketAddress;
import java.util.List;

/// What a forwarder of a container does.
///
/// @param title      its name in ps(1)
/// @param listeners  open sockets; they stay the caller's, the forwarder gets its own
/// @param targets    as many as listeners, or one for all
/// @param insideNet  connects in the container's network, as one of its users; else on the host
/// @param insideFiles with `insideNet`: also paths of unix sockets are the container's
/// @param uid        whom it becomes, an id of the host
/// @param gid        as `uid`
/// @param header     a line of the PROXY protocol (version 1) goes before each connection
public record ForwardSpec(
        String title,
        List<Listener> listeners,
        List<Target> targets,
        boolean insideNet,
        boolean insideFiles,
        long uid,
        long gid,
        boolean header) {
    public ForwardSpec {
        listeners = List.copyOf(listeners);
        targets = List.copyOf(targets);
        if (targets.size() != 1 && targets.size() != listeners.size()) {
            throw new IllegalArgumentException(listeners.size() + " listeners for " + targets.size() + " targets");
        }
    }

    /// As in `enum proxy_kind`.
    public enum Kind {
        TCP,
        UDP,
        UNIX
    }

    /// A socket that listens, or that receives datagrams.
    public record Listener(Kind kind, Fd socket) {}

    /// Where it connects to.
    public record Target(Kind kind, SocketAddress address) {}
}
