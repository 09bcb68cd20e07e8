package io.lightvisor.network;

import io.lightvisor.linux.netlink.Link;
import io.lightvisor.linux.netlink.MacAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/// LXD's words for what an interface is.
final class InterfaceWords {
    private InterfaceWords() {}

    /// In a state: `broadcast`, `loopback`, `point-to-point` or `unknown`.
    static String type(Link link) {
        if (link.isLoopback()) {
            return "loopback";
        }
        if (link.isBroadcast()) {
            return "broadcast";
        }
        return link.isPointToPoint() ? "point-to-point" : "unknown";
    }

    static String hwaddr(Link link) {
        return link.isLoopback() ? "" : link.address().map(MacAddress::toString).orElse("");
    }

    /// In a list of networks.
    static String kind(Link link) {
        if (link.isLoopback()) {
            return "loopback";
        }
        return switch (link.kind()) {
            case "bridge", "bond", "vlan", "macvlan" -> link.kind();
            case "" -> Files.exists(Path.of("/sys/class/net", link.name(), "device")) ? "physical" : "unknown";
            default -> "unknown";
        };
    }
}
