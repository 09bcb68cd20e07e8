package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.command.Version;
import io.lightvisor.daemon.http.ServerCertificate;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What the server knows of itself and its host and does not change while it runs, and where it listens.
final class ServerFacts {
    /// The version of LXD whose API this is; clients compare it.
    static final String API_LEVEL = Version.API_LEVEL;

    private final ServerCertificate certificate;
    private final String hostName;
    private final String kernelVersion;
    private final String osName;
    private final String osVersion;
    private volatile List<InetSocketAddress> listening = List.of();

    ServerFacts(ServerCertificate certificate) {
        this.certificate = certificate;
        this.hostName = hostName();
        this.kernelVersion = firstLine(Path.of("/proc/sys/kernel/osrelease"));
        var release = osRelease();
        this.osName = release.getOrDefault("NAME", "");
        this.osVersion = release.getOrDefault("VERSION_ID", "");
    }

    ServerCertificate certificate() {
        return certificate;
    }

    String serverName() {
        return hostName;
    }

    String kernelVersion() {
        return kernelVersion;
    }

    String osName() {
        return osName;
    }

    String osVersion() {
        return osVersion;
    }

    /// Where the server listens from now on.
    void listening(List<InetSocketAddress> addresses) {
        listening = List.copyOf(addresses);
    }

    /// `host:port` of every address under which other hosts may find this server.
    List<String> addresses() {
        var found = new ArrayList<String>();
        for (var address : listening) {
            InetAddress ip = address.getAddress();
            if (ip != null && ip.isAnyLocalAddress()) {
                for (InetAddress each : global()) {
                    found.add(text(each, address.getPort()));
                }
            } else if (ip != null) {
                found.add(text(ip, address.getPort()));
            } else {
                found.add(address.getHostString() + ":" + address.getPort());
            }
        }
        return found;
    }

    private static String text(InetAddress address, int port) {
        return address instanceof Inet6Address
                ? "[" + ipv6(address.getAddress()) + "]:" + port
                : address.getHostAddress() + ":" + port;
    }

    /// RFC 5952: the longest run of two or more zero groups shortened, the first of equals.
    static String ipv6(byte[] bytes) {
        int best = -1;
        int length = 1;
        for (int i = 0; i < 8; i++) {
            int n = 0;
            while (i + n < 8 && bytes[2 * (i + n)] == 0 && bytes[2 * (i + n) + 1] == 0) {
                n++;
            }
            if (n > length) {
                best = i;
                length = n;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == best) {
                text.append(i == 0 ? "::" : ":");
                i += length - 1;
                continue;
            }
            text.append(Integer.toHexString((bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff));
            if (i < 7) {
                text.append(':');
            }
        }
        return text.toString();
    }

    private static List<InetAddress> global() {
        var found = new ArrayList<InetAddress>();
        try {
            for (var network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (var address : Collections.list(network.getInetAddresses())) {
                    if (!address.isLoopbackAddress() && !address.isLinkLocalAddress()) {
                        found.add(address);
                    }
                }
            }
        } catch (SocketException e) {
            return List.of();
        }
        return found;
    }

    static String hostName() {
        String name = firstLine(Path.of("/proc/sys/kernel/hostname"));
        return name.isEmpty() ? "localhost" : name;
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /// os-release(5).
    private static Map<String, String> osRelease() {
        var values = new TreeMap<String, String>();
        String text = firstLine(Path.of("/etc/os-release"));
        if (text.isEmpty()) {
            text = firstLine(Path.of("/usr/lib/os-release"));
        }
        for (String line : text.split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                String value = line.substring(equals + 1).strip();
                if (value.length() >= 2 && (value.startsWith("\"") || value.startsWith("'"))) {
                    value = value.substring(1, value.length() - 1);
                }
                values.put(line.substring(0, equals), value);
            }
        }
        return values;
    }
}
