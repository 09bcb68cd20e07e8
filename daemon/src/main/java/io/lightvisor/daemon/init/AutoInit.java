package io.lightvisor.daemon.init;

import io.lightvisor.api.JsonObject;
import io.lightvisor.daemon.command.CommandFailure;
import io.lightvisor.daemon.command.Flags;

/// `--auto` and `--minimal`: a pool `default`, a bridge, and the profile `default` that uses both. What is there
/// already
/// stays; asked again it does nothing.
final class AutoInit {
    private AutoInit() {}

    static Preseed plan(ServerView server, Flags flags) throws CommandFailure {
        var preseed = Preseed.empty();
        listening(preseed, flags);
        String pool = pool(preseed, server, flags);
        String network = network(preseed, server);
        var devices = new JsonObject();
        JsonObject present = server.profile().object("devices");
        if (!pool.isEmpty() && !hasRoot(present)) {
            devices.put("root", rootDisk(pool));
        }
        if (!network.isEmpty() && !present.has("eth0")) {
            devices.put("eth0", nic(network));
        }
        if (!devices.isEmpty()) {
            preseed.profiles()
                    .add(new JsonObject()
                            .put("config", new JsonObject())
                            .put("description", "")
                            .put("devices", devices)
                            .put("name", "default"));
        }
        return preseed;
    }

    private static boolean hasRoot(JsonObject devices) {
        for (String name : devices.keys()) {
            JsonObject device = devices.object(name);
            if (device.text("type").equals("disk") && device.text("path").equals("/")) {
                return true;
            }
        }
        return false;
    }

    static JsonObject rootDisk(String pool) {
        return new JsonObject().put("path", "/").put("pool", pool).put("type", "disk");
    }

    static JsonObject nic(String network) {
        return new JsonObject().put("name", "eth0").put("network", network).put("type", "nic");
    }

    private static void listening(Preseed preseed, Flags flags) throws CommandFailure {
        String address = flags.value("network-address", "");
        int port = flags.number("network-port", -1);
        if (address.isEmpty()) {
            if (port >= 0) {
                throw new CommandFailure("--network-port can't be used without --network-address");
            }
            if (!flags.value("trust-password", "").isEmpty()) {
                throw new CommandFailure("--trust-password can't be used without --network-address");
            }
            return;
        }
        boolean bareIpv6 = address.indexOf(':') != address.lastIndexOf(':') && !address.startsWith("[");
        preseed.config()
                .put("core.https_address", (bareIpv6 ? "[" + address + "]" : address) + ":" + (port < 0 ? 8443 : port));
        if (!flags.value("trust-password", "").isEmpty()) {
            preseed.config().put("core.trust_password", flags.value("trust-password", ""));
        }
    }

    private static String pool(Preseed preseed, ServerView server, Flags flags) throws CommandFailure {
        String backend = flags.value("storage-backend", "");
        if (!backend.isEmpty() && !server.drivers().contains(backend)) {
            throw new CommandFailure("The requested backend '" + backend
                    + "' isn't supported by lxd init: this host has " + String.join(", ", server.drivers()));
        }
        boolean source = !flags.value("storage-create-device", "").isEmpty()
                || flags.number("storage-create-loop", -1) >= 0
                || !flags.value("storage-pool", "").isEmpty();
        String driver = backend.isEmpty() ? server.defaultDriver() : backend;
        if (source) {
            throw new CommandFailure(
                    "None of --storage-pool, --storage-create-device or --storage-create-loop may be used"
                            + " with the '" + driver + "' backend");
        }
        if (!server.pools().isEmpty()) {
            return server.hasPool("default")
                    ? "default"
                    : server.pools().getFirst().text("name");
        }
        preseed.pools()
                .add(new JsonObject()
                        .put("config", new JsonObject())
                        .put("description", "")
                        .put("name", "default")
                        .put("driver", driver));
        return "default";
    }

    private static String network(Preseed preseed, ServerView server) {
        if (server.hasManagedNetwork()) {
            for (var network : server.networks()) {
                if (network.flag("managed")) {
                    return network.text("name");
                }
            }
        }
        String name = server.freeBridgeName();
        preseed.networks()
                .add(new JsonObject()
                        .put(
                                "config",
                                new JsonObject().put("ipv4.address", "auto").put("ipv6.address", "auto"))
                        .put("description", "")
                        .put("name", name)
                        .put("type", "bridge")
                        .put("project", "default"));
        return name;
    }
}
