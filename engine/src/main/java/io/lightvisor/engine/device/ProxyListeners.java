package io.lightvisor.engine.device;

import io.lightvisor.container.ForwardSpec;
import io.lightvisor.container.RunningContainer;
import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.process.FileIds;
import io.lightvisor.linux.process.NamespaceThread;
import io.lightvisor.linux.socket.InetListener;
import io.lightvisor.linux.socket.SocketAddress;
import io.lightvisor.linux.socket.SocketKind;
import io.lightvisor.linux.socket.UnixListener;
import io.lightvisor.linux.socket.UnixSocket;
import io.lightvisor.model.Idmap;
import io.lightvisor.model.device.ProxyAddress;
import io.lightvisor.model.device.ProxyDevice;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/// Opens the sockets of a proxy, on the host or inside.
final class ProxyListeners {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

    private final ProxyDevice proxy;
    private final RunningContainer container;

    ProxyListeners(ProxyDevice proxy, RunningContainer container) {
        this.proxy = proxy;
        this.container = container;
    }

    /// Open sockets; close them when the forwarder has its own.
    List<ForwardSpec.Listener> open() throws Exception {
        return switch (proxy.listen()) {
            case ProxyAddress.Unix unix -> List.of(new ForwardSpec.Listener(ForwardSpec.Kind.UNIX, unix(unix)));
            case ProxyAddress.Network net -> {
                var listeners = new ArrayList<ForwardSpec.Listener>();
                try {
                    inNetwork(() -> {
                        for (int port : net.ports()) {
                            listeners.add(internet(net, port));
                        }
                        return true;
                    });
                } catch (Exception e) {
                    listeners.forEach(l -> l.socket().close());
                    throw e;
                }
                yield listeners;
            }
        };
    }

    private <T> T inNetwork(Callable<T> action) throws Exception {
        if (!proxy.bindInside()) {
            return action.call();
        }
        try (var network = container.netns()) {
            return NamespaceThread.inNetwork(network, action);
        }
    }

    private static ForwardSpec.Listener internet(ProxyAddress.Network net, int port) {
        var kind = net.udp() ? ForwardSpec.Kind.UDP : ForwardSpec.Kind.TCP;
        try {
            if (!net.host().isEmpty()) {
                return new ForwardSpec.Listener(kind, internet(kind, InetAddress.ofLiteral(net.host()), port));
            }
            try {
                return new ForwardSpec.Listener(kind, internet(kind, InetAddress.ofLiteral("::"), port));
            } catch (SyscallException e) {
                if (!e.is(Errno.EAFNOSUPPORT, Errno.EADDRNOTAVAIL)) {
                    throw e;
                }
                return new ForwardSpec.Listener(kind, internet(kind, InetAddress.ofLiteral("0.0.0.0"), port));
            }
        } catch (SyscallException e) {
            String address = net.host().indexOf(':') >= 0 ? "[" + net.host() + "]:" + port : net.host() + ":" + port;
            throw failed(address, net.protocol(), e);
        }
    }

    private static Fd internet(ForwardSpec.Kind kind, InetAddress address, int port) {
        var at = SocketAddress.of(address, port);
        return kind == ForwardSpec.Kind.UDP ? InetListener.udp(at) : InetListener.tcp(at);
    }

    private Fd unix(ProxyAddress.Unix unix) throws Exception {
        try {
            if (unix.isAbstract()) {
                return inNetwork(() -> UnixListener.bindAbstract(unix.path().substring(1), SocketKind.STREAM)
                        .fd());
            }
            if (!unix.path().startsWith("/")) {
                throw new SyscallException("bind(2)", unix.path(), Errno.ENOENT);
            }
            return proxy.bindInside() ? inside(Path.of(unix.path())) : onHost(Path.of(unix.path()));
        } catch (SyscallException e) {
            throw failed(unix.path(), "unix", e);
        } catch (IllegalArgumentException e) {
            throw ProxyFailure.of("Failed to listen on " + unix.path() + ": " + e.getMessage(), e);
        }
    }

    private Fd onHost(Path path) throws IOException {
        var fd = bind(path, () -> isStale(path));
        if (proxy.id("uid", 0) != 0 || proxy.id("gid", 0) != 0) {
            UnixListener.give(path, 0, (int) proxy.id("uid", 0), (int) proxy.id("gid", 0));
        }
        return fd;
    }

    /// As the container's root, so that its links and its folders lead nowhere that it could not go itself.
    private Fd inside(Path path) throws Exception {
        long root = hostId(Idmap.Kind.UID, 0);
        long rootGroup = hostId(Idmap.Kind.GID, 0);
        long uid = hostId(Idmap.Kind.UID, proxy.id("uid", 0));
        long gid = hostId(Idmap.Kind.GID, proxy.id("gid", 0));
        try (var mounts = container.mountNamespace()) {
            return NamespaceThread.inMounts(mounts, () -> {
                try {
                    FileIds.become(root, rootGroup);
                    var fd = bind(path, () -> {
                        // Whom it was given to may be the only one who can connect.
                        FileIds.becomeRoot();
                        boolean stale = isStale(path);
                        FileIds.become(root, rootGroup);
                        return stale;
                    });
                    if (uid != root || gid != rootGroup) {
                        FileIds.becomeRoot();
                        UnixListener.give(path, (int) root, (int) uid, (int) gid);
                    }
                    return fd;
                } finally {
                    // Threads that this one wakes or starts later take over who it is.
                    FileIds.becomeRoot();
                }
            });
        }
    }

    private long hostId(Idmap.Kind kind, long inside) {
        long id = container.hostId(kind, inside);
        if (id < 0) {
            throw ProxyFailure.of("id " + inside + " is outside of the instance's id map");
        }
        return id;
    }

    /// A socket that nobody listens at any more is replaced; anything else is not.
    private Fd bind(Path path, BooleanSupplier isStale) throws IOException {
        try {
            return UnixListener.bind(path, SocketKind.STREAM, proxy.mode()).fd();
        } catch (SyscallException e) {
            if (!e.is(Errno.EADDRINUSE) || !isStale.getAsBoolean()) {
                throw e;
            }
            Files.delete(path);
            return UnixListener.bind(path, SocketKind.STREAM, proxy.mode()).fd();
        }
    }

    /// Removes the socket that a proxy which has ended has left inside a container that goes on.
    void removeInside() {
        if (!proxy.bindInside() || !(proxy.listen() instanceof ProxyAddress.Unix unix) || unix.isAbstract()) {
            return;
        }
        Path path = Path.of(unix.path());
        try (var mounts = container.mountNamespace()) {
            long root = hostId(Idmap.Kind.UID, 0);
            long rootGroup = hostId(Idmap.Kind.GID, 0);
            NamespaceThread.inMounts(mounts, () -> {
                if (isStale(path)) {
                    FileIds.become(root, rootGroup);
                    try {
                        Files.deleteIfExists(path);
                    } finally {
                        FileIds.becomeRoot();
                    }
                }
                return true;
            });
        } catch (Exception e) {
            LOG.log(System.Logger.Level.INFO, "socket of proxy {0} stays: {1}", proxy.name(), e.getMessage());
        }
    }

    static boolean isStale(Path path) {
        try (var _ = UnixSocket.connect(path, SocketKind.STREAM)) {
            return false;
        } catch (SyscallException e) {
            // A regular file refuses as well; what is there must be a socket.
            return e.is(Errno.ECONNREFUSED) && isSocket(path);
        }
    }

    private static boolean isSocket(Path path) {
        try {
            var type = (Integer) Files.getAttribute(path, "unix:mode", java.nio.file.LinkOption.NOFOLLOW_LINKS);
            return (type & 0170000) == 0140000;
        } catch (IOException e) {
            return false;
        }
    }

    private static RuntimeException failed(String address, String protocol, SyscallException e) {
        String call = e.call().startsWith("bind") ? "bind: " : e.call() + ": ";
        return ProxyFailure.of(
                "Failed to listen on " + address + ": listen " + protocol + " " + address + ": " + call
                        + e.errno().text(),
                e);
    }
}
