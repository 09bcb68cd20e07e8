package io.lightvisor.daemon.http;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import jdk.net.ExtendedSocketOptions;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;

/// The listening sockets: the unix socket from start to end, and HTTPS addresses that come and go.
public final class HttpServer implements AutoCloseable {
    /// The largest websocket frame that is handed out whole; longer ones arrive in pieces.
    public static final int MAX_FRAME = 256 << 10;

    private static final Logger LOG = System.getLogger("lightvisor.daemon");

    static {
        // Jetty would ask the JVM's management beans for it, and starting those takes 150 ms and 6 MB.
        System.setProperty("org.eclipse.jetty.util.referencesPerCacheLine", "16");
    }

    private static final int MAX_TLS_CONNECTIONS = 1024;

    /// How much of an upload is read at once. Held only while a request is read.
    private static final int INPUT_BUFFER = 128 << 10;

    /// A connection on which nothing moves is closed after this.
    private static final int IDLE_MILLIS = 60_000;

    private final Server server;
    private final Trust trust;
    private final Gate gate = new Gate();
    private final RequestHandler handler;
    private final Map<InetSocketAddress, ServerConnector> https =
            new TreeMap<>(java.util.Comparator.comparing(InetSocketAddress::toString));

    /// A server that listens nowhere yet.
    public HttpServer(Trust trust) {
        this.trust = trust;
        // Two threads for the selectors and a few for what Jetty itself hands over: requests that block run on virtual
        // threads, so this pool never has to grow with the load.
        var pool = new QueuedThreadPool(16, 2);
        pool.setName("http");
        pool.setReservedThreads(0);
        server = new Server(pool);
        server.setStopAtShutdown(false);
        server.setErrorHandler(new Refusals());
        var webSockets = new WebSocketMappings(WebSocketServerComponents.ensureWebSocketComponents(server));
        handler = new RequestHandler(gate, this::caller, webSockets);
        server.setHandler(handler);
    }

    /// Answers by these routes from now on.
    public void serve(Router router) {
        handler.serve(router);
    }

    /// Headers for answers to pages of other origins (Fetch standard, "CORS protocol"); none forbids them.
    public void allowOrigins(Map<String, String> headers) {
        handler.allowOrigins(Map.copyOf(headers));
    }

    /// Whether requests are let in.
    public Gate gate() {
        return gate;
    }

    private static HttpConfiguration settings() {
        var settings = new HttpConfiguration();
        settings.setSendServerVersion(false);
        settings.setRequestHeaderSize(64 << 10);
        settings.setResponseHeaderSize(16 << 10);
        settings.setOutputBufferSize(32 << 10);
        // Names may hold every character, percent-encoded; nothing here maps paths to files.
        settings.setUriCompliance(UriCompliance.UNSAFE);
        // Nothing depends on the Host header, and clients of the unix socket have no host to name: that of Python's
        // pylxd sends "localhost:None".
        settings.setHttpCompliance(
                HttpCompliance.RFC9110.with("ANY_HOST", HttpCompliance.Violation.UNSAFE_HOST_HEADER));
        return settings;
    }

    private static HttpConnectionFactory http() {
        var http = new HttpConnectionFactory(settings());
        http.setInputBufferSize(INPUT_BUFFER);
        return http;
    }

    /// Listens on a unix socket, mode 0660 and of `group` if there is one. What was there before is replaced.
    ///
    /// The socket is made under another name and moved, so nobody ever meets it with other rights.
    public void listen(Path socket, Optional<String> group) throws Exception {
        Path beside = socket.resolveSibling(socket.getFileName() + ".new");
        Files.deleteIfExists(beside);
        var connector = new UnixDomainServerConnector(server, 0, 1, http());
        connector.setUnixDomainPath(beside);
        connector.setAcceptQueueSize(1024);
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        server.start();
        Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString("rw-rw----"));
        if (group.isPresent()) {
            chgrp(beside, group.get());
        }
        Files.move(beside, socket, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void chgrp(Path path, String name) throws IOException {
        try {
            GroupPrincipal group =
                    path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
            Files.getFileAttributeView(path, PosixFileAttributeView.class).setGroup(group);
        } catch (UserPrincipalNotFoundException e) {
            throw new IOException(
                    "unix socket not opened: there is no group \"" + name + "\"; make it with addgroup, or"
                            + " name another with --group",
                    e);
        }
    }

    /// Listens on exactly these addresses over TLS: starts what is new, ends what is gone, and leaves the rest alone.
    /// Throws if one of the new addresses cannot be had; the others are as before then.
    public synchronized void listenTls(List<InetSocketAddress> addresses, ServerCertificate certificate)
            throws IOException {
        for (InetSocketAddress address : addresses) {
            if (!https.containsKey(address)) {
                https.put(address, startTls(address, certificate));
            }
        }
        for (var entry : List.copyOf(https.entrySet())) {
            if (!addresses.contains(entry.getKey())) {
                https.remove(entry.getKey());
                stop(entry.getValue());
            }
        }
    }

    private ServerConnector startTls(InetSocketAddress address, ServerCertificate certificate) throws IOException {
        var http = http();
        var connector = new ServerConnector(
                server, 0, 1, new SslConnectionFactory(certificate.jettyContext(), http.getProtocol()), http);
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(IDLE_MILLIS);
        // What strangers can hold: beyond this, connections wait in the kernel's queue.
        connector.addBean(new NetworkConnectionLimit(MAX_TLS_CONNECTIONS, connector));
        try {
            connector.open();
            server.addConnector(connector);
            connector.start();
            return connector;
        } catch (Exception e) {
            stop(connector);
            throw new IOException(
                    "cannot listen on https socket " + address.getHostString() + ":" + address.getPort() + ": "
                            + (e.getCause() != null ? e.getCause().getMessage() : e.getMessage()),
                    e);
        }
    }

    /// Ends a listener but not the connection that asked for it: only new connections are refused at once.
    private void stop(AbstractConnector connector) {
        try {
            if (connector instanceof ServerConnector network) {
                network.close();
            }
            Thread.ofVirtual().name("https listener ends").start(() -> {
                try {
                    connector.shutdown().get(5, java.util.concurrent.TimeUnit.SECONDS);
                } catch (Exception e) {
                    LOG.log(Level.DEBUG, "https listener did not end in time", e);
                }
                try {
                    connector.stop();
                } catch (Exception e) {
                    LOG.log(Level.WARNING, "https listener not stopped", e);
                }
                server.removeConnector(connector);
            });
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "https listener not stopped", e);
        }
    }

    /// The local port of an HTTPS listener; for tests that ask for port 0.
    synchronized int portOf(InetSocketAddress address) {
        ServerConnector connector = https.get(address);
        return connector == null ? -1 : connector.getLocalPort();
    }

    private Caller caller(Request request) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        if (endPoint.getLocalSocketAddress() instanceof InetSocketAddress) {
            return trust.caller(endPoint);
        }
        return new Caller.Local(() -> peerName(endPoint));
    }

    private static String peerName(EndPoint endPoint) {
        if (endPoint.getTransport() instanceof SocketChannel channel) {
            try {
                return channel.getOption(ExtendedSocketOptions.SO_PEERCRED)
                        .user()
                        .getName();
            } catch (IOException | UnsupportedOperationException e) {
                LOG.log(Level.DEBUG, "peer of the unix socket unknown", e);
            }
        }
        return "";
    }

    @Override
    public void close() throws Exception {
        server.stop();
        server.destroy();
    }
}
