package io.lightvisor.daemon.init;

import io.lightvisor.api.JsonObject;
import io.lightvisor.daemon.command.CommandFailure;

/// The interactive `lxd init`: LXD's questions in LXD's order, because people know them and scripts answer them by
/// line.
final class Questions {
    private final Prompt prompt;
    private final ServerView server;
    private final Preseed preseed = Preseed.empty();
    private final JsonObject devices = new JsonObject();

    Questions(Prompt prompt, ServerView server) {
        this.prompt = prompt;
        this.server = server;
    }

    Preseed ask() throws CommandFailure {
        if (prompt.yes("Would you like to use LXD clustering?", false)) {
            throw new CommandFailure("clustering is not offered yet");
        }
        storage();
        if (prompt.yes("Would you like to connect to a MAAS server?", false)) {
            throw new CommandFailure("MAAS is not offered");
        }
        network();
        listening();
        if (!prompt.yes("Would you like stale cached images to be updated automatically?", true)) {
            preseed.config().put("images.auto_update_interval", "0");
        }
        if (!devices.isEmpty()) {
            preseed.profiles()
                    .add(new JsonObject()
                            .put("config", new JsonObject())
                            .put("description", "")
                            .put("devices", devices)
                            .put("name", "default"));
        }
        if (prompt.yes("Would you like a YAML \"lxd init\" preseed to be printed?", false)) {
            System.out.print(preseed.yaml());
        }
        return preseed;
    }

    private void storage() throws CommandFailure {
        if (!prompt.yes("Do you want to configure a new storage pool?", true)) {
            return;
        }
        String name = prompt.text("Name of the new storage pool", "default", text -> {
            if (server.hasPool(text)) {
                System.err.println(
                        "The requested storage pool \"" + text + "\" already exists. Please choose another name.");
                return false;
            }
            return !text.isEmpty();
        });
        String driver = server.defaultDriver();
        if (server.drivers().size() > 1) {
            driver = prompt.text(
                    "Name of the storage backend to use (" + String.join(", ", server.drivers()) + ")",
                    driver,
                    text -> server.drivers().contains(text));
        }
        preseed.pools()
                .add(new JsonObject()
                        .put("config", new JsonObject())
                        .put("description", "")
                        .put("name", name)
                        .put("driver", driver));
        devices.put("root", AutoInit.rootDisk(name));
    }

    private void network() throws CommandFailure {
        if (!prompt.yes("Would you like to create a new local network bridge?", true)) {
            existingInterface();
            return;
        }
        String name = prompt.text("What should the new bridge be called?", "lxdbr0", text -> {
            if (server.hasInterface(text)) {
                System.err.println(
                        "The requested network bridge \"" + text + "\" already exists. Please choose another name.");
                return false;
            }
            return !text.isEmpty();
        });
        var config = new JsonObject();
        address(config, "4");
        address(config, "6");
        preseed.networks()
                .add(new JsonObject()
                        .put("config", config)
                        .put("description", "")
                        .put("name", name)
                        .put("type", "")
                        .put("project", "default"));
        devices.put("eth0", AutoInit.nic(name));
    }

    private void address(JsonObject config, String family) throws CommandFailure {
        String answer = prompt.text(
                "What IPv" + family + " address should be used? (CIDR subnet notation, “auto” or “none”)",
                "auto",
                text -> text.equals("auto") || text.equals("none") || text.indexOf('/') > 0);
        config.put("ipv" + family + ".address", answer);
        if (!answer.equals("auto") && !answer.equals("none")) {
            boolean nat = prompt.text(
                            "Would you like LXD to NAT IPv" + family + " traffic on your bridge?",
                            "yes",
                            text -> text.equals("yes") || text.equals("no") || text.equals("y") || text.equals("n"))
                    .startsWith("y");
            config.put("ipv" + family + ".nat", Boolean.toString(nat));
        }
    }

    private void existingInterface() throws CommandFailure {
        if (!prompt.yes("Would you like to configure LXD to use an existing bridge or host interface?", false)) {
            return;
        }
        String name = prompt.text("Name of the existing bridge or host interface", "", text -> {
            if (!server.hasInterface(text)) {
                System.err.println("The requested interface doesn't exist. Please choose another one.");
                return false;
            }
            return true;
        });
        for (var network : server.networks()) {
            if (network.text("name").equals(name)) {
                devices.put("eth0", existing(network));
            }
        }
    }

    private static JsonObject existing(JsonObject network) {
        String name = network.text("name");
        if (network.flag("managed")) {
            return AutoInit.nic(name);
        }
        return new JsonObject()
                .put("name", "eth0")
                .put("nictype", network.text("type").equals("bridge") ? "bridged" : "macvlan")
                .put("parent", name)
                .put("type", "nic");
    }

    private void listening() throws CommandFailure {
        if (!prompt.yes("Would you like the LXD server to be available over the network?", false)) {
            return;
        }
        String address = prompt.text("Address to bind LXD to (not including port)", "all", text -> !text.isEmpty());
        String host = address.equals("all") ? "[::]" : address.indexOf(':') >= 0 ? "[" + address + "]" : address;
        String port = prompt.text("Port to bind LXD to", "8443", Questions::isPort);
        preseed.config().put("core.https_address", host + ":" + port);
        String password = prompt.password("Trust password for new clients");
        if (password.isEmpty()) {
            System.out.println("No password set, client certificates will have to be manually trusted.");
        } else {
            preseed.config().put("core.trust_password", password);
        }
    }

    private static boolean isPort(String text) {
        try {
            int port = Integer.parseInt(text);
            return port >= 1 && port <= 65535;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
