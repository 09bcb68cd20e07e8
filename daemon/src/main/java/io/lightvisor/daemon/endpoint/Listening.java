package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.http.HttpServer;
import io.lightvisor.daemon.http.ServerCertificate;
import io.lightvisor.model.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/// `core.https_address` in effect.
final class Listening {
    private static final int DEFAULT_PORT = 8443;

    private final HttpServer http;
    private final ServerCertificate certificate;
    private final ServerFacts server;

    Listening(HttpServer http, ServerCertificate certificate, ServerFacts server) {
        this.http = http;
        this.certificate = certificate;
        this.server = server;
    }

    /// Listens where the key says; empty: nowhere.
    void apply(String address) throws IOException {
        List<InetSocketAddress> addresses = address.isEmpty() ? List.of() : List.of(parse(address));
        http.listenTls(addresses, certificate);
        server.listening(addresses);
    }

    /// `host`, `host:port`, `:port`, `[ipv6]`, `[ipv6]:port`; no host means all addresses, no port means 8443.
    static InetSocketAddress parse(String text) {
        String host = text;
        int port = DEFAULT_PORT;
        int colon = text.lastIndexOf(':');
        boolean bareIpv6 = colon >= 0 && text.indexOf(':') != colon && !text.startsWith("[");
        if (colon >= 0 && !text.endsWith("]") && !bareIpv6) {
            host = text.substring(0, colon);
            try {
                port = Integer.parseInt(text.substring(colon + 1));
            } catch (NumberFormatException e) {
                throw bad(text);
            }
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (port < 1 || port > 65535) {
            throw bad(text);
        }
        if (host.isEmpty()) {
            return new InetSocketAddress(port);
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new Problem.BadRequest(
                            "Cannot listen on https socket \"" + Problem.printable(text) + "\"",
                            "\"" + Problem.printable(host) + "\" is no address and no known name",
                            "")
                    .exception(e);
        }
    }

    private static RuntimeException bad(String text) {
        return Problem.badValue("core.https_address", text, "it is an address, with a port from 1 to 65535")
                .exception();
    }
}
