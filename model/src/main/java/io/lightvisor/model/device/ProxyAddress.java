package io.lightvisor.model.device;

import io.lightvisor.model.Problem;
import java.util.ArrayList;
import java.util.List;

/// One end of a proxy.
public sealed interface ProxyAddress {
    /// A TCP or UDP address with one or more ports.
    ///
    /// @param host a literal address without brackets, or empty for all
    record Network(boolean udp, String host, List<Integer> ports) implements ProxyAddress {
        public Network {
            ports = List.copyOf(ports);
        }
    }

    /// A unix socket; an abstract one begins with `@`.
    record Unix(String path) implements ProxyAddress {
        public boolean isAbstract() {
            return path.startsWith("@");
        }
    }

    /// How many ports it has; 1 for a socket.
    default int count() {
        return this instanceof Network net ? net.ports().size() : 1;
    }

    /// `tcp`, `udp` or `unix`.
    default String protocol() {
        return this instanceof Network net ? net.udp() ? "udp" : "tcp" : "unix";
    }

    /// What a text says.
    ///
    /// @param complaint why it is none, or empty
    record Reading(ProxyAddress address, String complaint) {}

    /// Reads `tcp:ADDRESS:PORTS`, `udp:ADDRESS:PORTS` or `unix:PATH`; ports are `80`, `80-90` or several with commas.
    static Reading read(String text) {
        int colon = text.indexOf(':');
        String protocol = colon < 0 ? text : text.substring(0, colon);
        String rest = colon < 0 ? "" : text.substring(colon + 1);
        return switch (protocol) {
            case "unix" -> rest.isEmpty() ? bad("Missing address") : new Reading(new Unix(rest), "");
            case "tcp", "udp" -> network(protocol.equals("udp"), rest);
            default -> bad("Unknown protocol type " + DeviceChecks.quoted(protocol));
        };
    }

    private static Reading network(boolean udp, String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || text.endsWith("]")) {
            return bad("address " + Problem.printable(text) + ": missing port in address");
        }
        String host = text.substring(0, colon);
        if (host.indexOf(':') >= 0 && !host.startsWith("[")) {
            return bad("address " + Problem.printable(text) + ": too many colons in address");
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (!host.isEmpty() && DeviceChecks.address(host) == null) {
            return bad("Not an IP address " + DeviceChecks.quoted(host));
        }
        var ports = new ArrayList<Integer>();
        for (String part : text.substring(colon + 1).split(",", -1)) {
            int dash = part.indexOf('-');
            String from = dash < 0 ? part : part.substring(0, dash);
            String to = dash < 0 ? from : part.substring(dash + 1);
            if (!DeviceChecks.isNumber(from, 65535) || !DeviceChecks.isNumber(to, 65535)) {
                return bad("Invalid port " + DeviceChecks.quoted(part));
            }
            if (dash >= 0 && Integer.parseInt(to) <= Integer.parseInt(from)) {
                return bad("End port should be higher than start port");
            }
            for (int port = Integer.parseInt(from); port <= Integer.parseInt(to); port++) {
                ports.add(port);
            }
        }
        return new Reading(new Network(udp, host, ports), "");
    }

    private static Reading bad(String complaint) {
        return new Reading(new Unix(""), complaint);
    }
}
