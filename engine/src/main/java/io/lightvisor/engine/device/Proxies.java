package io.lightvisor.engine.device;

import io.lightvisor.container.ForwardSpec;
import io.lightvisor.container.RunningContainer;
import io.lightvisor.linux.socket.SocketAddress;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Idmap;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.device.ProxyAddress;
import io.lightvisor.model.device.ProxyDevice;
import io.lightvisor.network.PortForward;
import io.lightvisor.network.PortForwards;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Proxies: a process of the launcher's program for each (docs/adr, "Proxies are processes"), or rules of the firewall
/// where `nat=true`.
///
/// A forwarder ends with its container, whether or not a daemon is there, and goes on when the daemon ends. What is
/// left
/// then is its record ([ProxyRecord]) and a socket file of the host; both are removed here.
final class Proxies {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");
    private static final String RECORD = "proxy.";

    private final Path folder;
    private final PortForwards nat;
    private final Map<Key, List<PortForward>> forwards = new ConcurrentHashMap<>();

    private record Key(long instanceId, String device) {}

    Proxies(Path lxdDir, String daemonTag) {
        this.folder = lxdDir.resolve("devices");
        this.nat = new PortForwards(daemonTag);
    }

    /// Starts one; returns when it accepts connections.
    void start(ExpandedInstance instance, ProxyDevice proxy, RunningContainer container) throws Exception {
        if (proxy.nat()) {
            var key = new Key(container.instanceId(), proxy.name());
            forwards.put(key, ProxyNat.plan(instance, proxy));
            try {
                applyNat();
            } catch (ProblemException e) {
                forwards.remove(key);
                throw e;
            }
            return;
        }
        check(proxy);
        var listeners = new ProxyListeners(proxy, container).open();
        try {
            int pid = container.forward(spec(proxy, container, listeners));
            ProxyRecord.of(pid, ProxyRecord.fingerprint(proxy.options()), socket(proxy))
                    .write(file(container.instanceId(), proxy.name()));
        } catch (ProblemException e) {
            throw ProxyFailure.of(String.valueOf(e.getMessage()), e);
        } finally {
            listeners.forEach(l -> l.socket().close());
        }
    }

    private static void check(ProxyDevice proxy) {
        if (proxy.listen().protocol().equals("udp")
                && !proxy.connect().protocol().equals("udp")) {
            throw ProxyFailure.of("Proxying from udp to non-udp protocol is not supported");
        }
        if (proxy.connect().count() != 1
                && proxy.connect().count() != proxy.listen().count()) {
            throw ProxyFailure.of("Invalid port range");
        }
    }

    private static ForwardSpec spec(
            ProxyDevice proxy, RunningContainer container, List<ForwardSpec.Listener> listeners) {
        boolean inside = !proxy.bindInside();
        long uid = proxy.id("security.uid", 0);
        long gid = proxy.id("security.gid", 0);
        if (inside) {
            uid = container.hostId(Idmap.Kind.UID, uid);
            gid = container.hostId(Idmap.Kind.GID, gid);
            if (uid < 0 || gid < 0) {
                throw ProxyFailure.of("security.uid or security.gid is outside of the instance's id map");
            }
        }
        boolean files = proxy.connect() instanceof ProxyAddress.Unix unix && !unix.isAbstract();
        return new ForwardSpec(
                "[lightvisor proxy] " + container.name() + " " + proxy.name(),
                listeners,
                targets(proxy.connect()),
                inside,
                inside && files,
                uid,
                gid,
                proxy.proxyProtocol());
    }

    private static List<ForwardSpec.Target> targets(ProxyAddress connect) {
        return switch (connect) {
            case ProxyAddress.Unix unix -> {
                try {
                    yield List.of(new ForwardSpec.Target(ForwardSpec.Kind.UNIX, SocketAddress.unix(unix.path())));
                } catch (IllegalArgumentException e) {
                    throw ProxyFailure.of(String.valueOf(e.getMessage()), e);
                }
            }
            case ProxyAddress.Network net -> {
                var address = InetAddress.ofLiteral(net.host().isEmpty() ? "127.0.0.1" : net.host());
                var kind = net.udp() ? ForwardSpec.Kind.UDP : ForwardSpec.Kind.TCP;
                var targets = new ArrayList<ForwardSpec.Target>();
                net.ports().forEach(port -> targets.add(new ForwardSpec.Target(kind, SocketAddress.of(address, port))));
                yield targets;
            }
        };
    }

    /// The file on the host that goes with it, or empty.
    private static String socket(ProxyDevice proxy) {
        return !proxy.bindInside() && proxy.listen() instanceof ProxyAddress.Unix unix && !unix.isAbstract()
                ? unix.path()
                : "";
    }

    /// Ends one; does nothing if there is none.
    void stop(ProxyDevice proxy, RunningContainer container) throws InterruptedException {
        if (forwards.remove(new Key(container.instanceId(), proxy.name())) != null) {
            applyNat();
        }
        end(file(container.instanceId(), proxy.name()));
        new ProxyListeners(proxy, container).removeInside();
    }

    /// Ends all of a container that has ended.
    void ended(long instanceId) throws InterruptedException {
        if (forwards.keySet().removeIf(key -> key.instanceId() == instanceId)) {
            applyNat();
        }
        Path own = folder.resolve(Long.toString(instanceId));
        for (Path file : files(own)) {
            end(file);
        }
        delete(own);
    }

    /// Finds the forwarders of a container again. One that has ended, or was started for other options, is started
    /// anew; connections of the others have noticed nothing.
    void recover(ExpandedInstance instance, List<ProxyDevice> devices, RunningContainer container)
            throws InterruptedException {
        var known = new java.util.HashSet<Path>();
        for (var proxy : devices) {
            Path file = file(container.instanceId(), proxy.name());
            known.add(file);
            if (proxy.nat()) {
                try {
                    forwards.put(new Key(container.instanceId(), proxy.name()), ProxyNat.plan(instance, proxy));
                } catch (ProblemException e) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "proxy {0} of {1} not found again: {2}",
                            proxy.name(),
                            container.name(),
                            e.getMessage());
                }
                continue;
            }
            var record = ProxyRecord.read(file);
            String fingerprint = ProxyRecord.fingerprint(proxy.options());
            if (record.isPresent()
                    && record.get().lives()
                    && record.get().fingerprint().equals(fingerprint)) {
                continue;
            }
            try {
                end(file);
                start(instance, proxy, container);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "proxy {0} of {1} not started again: {2}",
                        proxy.name(),
                        container.name(),
                        e.getMessage());
            }
        }
        for (Path file : files(folder.resolve(Long.toString(container.instanceId())))) {
            if (!known.contains(file)) {
                end(file);
            }
        }
    }

    /// Removes what belongs to none of these containers, and makes the firewall's rules those of them.
    void sweep(Set<Long> running) throws InterruptedException {
        for (Path own : files(folder)) {
            String name = String.valueOf(own.getFileName());
            if (name.chars().allMatch(c -> c >= '0' && c <= '9') && !running.contains(Long.parseLong(name))) {
                ended(Long.parseLong(name));
            }
        }
        applyNat();
    }

    private void applyNat() throws InterruptedException {
        var all = new ArrayList<PortForward>();
        synchronized (forwards) {
            new java.util.TreeMap<String, List<PortForward>>(byName()).values().forEach(all::addAll);
            nat.set(all);
        }
    }

    /// In an order that stays, so that the same forwards are the same rules.
    private Map<String, List<PortForward>> byName() {
        var sorted = new java.util.HashMap<String, List<PortForward>>();
        forwards.forEach((key, list) -> sorted.put(key.instanceId() + " " + key.device(), list));
        return sorted;
    }

    private Path file(long instanceId, String device) {
        return folder.resolve(Long.toString(instanceId)).resolve(RECORD + device);
    }

    private static void end(Path file) throws InterruptedException {
        var record = ProxyRecord.read(file);
        if (record.isPresent()) {
            record.get().end();
        }
        delete(file);
    }

    private static List<Path> files(Path folder) {
        var found = new ArrayList<Path>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        try (var entries = Files.newDirectoryStream(folder)) {
            entries.forEach(found::add);
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot look into {0}, ignoring: {1}", folder, e.getMessage());
        }
        return found;
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot remove {0}, ignoring: {1}", file, e.getMessage());
        }
    }
}
