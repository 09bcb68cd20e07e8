package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiAnswer;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.out.Table;
import io.lightvisor.cli.out.Units;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.KeyValues;
import io.lightvisor.cli.session.Lists;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.terminal.Output;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// `lxc network`.
public final class NetworkCommand implements Command {
    private static final ConfigFamily FAMILY = new ConfigFamily(
            "networks",
            Fields.CONFIG,
            "A network. Lines that begin with # do not count. Only config and description can be changed.");

    @Override
    public Spec spec() {
        String network = "[<remote>:]<network>";
        String names = " [<device name>] [<interface name>]";
        return Spec.group(
                "network",
                "Manage networks, and connect instances to them",
                Spec.leaf("attach", network + " <instance>" + names, 2, 4, "Connect an instance to a network"),
                Spec.leaf(
                        "attach-profile",
                        network + " <profile>" + names,
                        2,
                        4,
                        "Connect the instances of a profile to a network"),
                target(Spec.leaf("create", network + " [key=value...]", 1, -1, "Create a network")
                        .text('t', "type", "", "Its type (default bridge)")),
                Spec.leaf("delete", network, 1, 1, "Delete a network").alias("rm"),
                Spec.leaf(
                        "detach",
                        network + " <instance> [<device name>]",
                        2,
                        3,
                        "Disconnect an instance from a network"),
                Spec.leaf(
                        "detach-profile",
                        network + " <profile> [<device name>]",
                        2,
                        3,
                        "Disconnect a profile from a network"),
                target(Spec.leaf("edit", network, 1, 1, "Edit a network as YAML")),
                target(Spec.leaf("get", network + " <key>", 2, 2, "Print the value of a key")),
                target(Spec.leaf("info", network, 1, 1, "Tell the state of a network")),
                Spec.leaf("list", "[<remote>:]", 0, 1, "List networks")
                        .alias("ls")
                        .format(),
                Spec.leaf("list-leases", network, 1, 1, "List the addresses in use")
                        .format(),
                Spec.leaf("rename", network + " <new-name>", 2, 2, "Rename a network")
                        .alias("mv"),
                target(Spec.leaf("set", network + " <key>=<value>...", 2, -1, "Set keys")),
                target(Spec.leaf("show", network, 1, 1, "Print a network as YAML")),
                target(Spec.leaf("unset", network + " <key>", 2, 2, "Unset a key")));
    }

    private static Spec target(Spec spec) {
        return spec.text(' ', "target", "", "The cluster member");
    }

    @Override
    public int run(Invocation in, Session session)
            throws IOException, ApiException, CliException, InterruptedException {
        if (FAMILY.run(in, session)) {
            return 0;
        }
        if (in.name().equals("list")) {
            return list(in, session);
        }
        Place place = session.place(in.arg(0));
        ApiClient api = place.api();
        switch (in.name()) {
            case "create" -> {
                JsonObject config = new JsonObject();
                KeyValues.put(config, in.argsFrom(1), false);
                JsonObject body = new JsonObject().put("name", place.name()).put("config", config);
                body.put("type", in.text("type"));
                String query = in.has("target") ? "?target=" + ApiClient.segment(in.text("target")) : "";
                api.call("POST", "/1.0/networks" + query, body);
                tell(
                        session,
                        "Network " + place.name()
                                + (in.has("target") ? " pending on member " + in.text("target") : " created"));
            }
            case "delete" -> {
                api.call("DELETE", FAMILY.path(place), null);
                tell(session, "Network " + place.name() + " deleted");
            }
            case "rename" -> {
                api.call("POST", FAMILY.path(place), new JsonObject().put("name", in.arg(1)));
                tell(session, "Network " + place.name() + " renamed to " + in.arg(1));
            }
            case "attach", "attach-profile" -> attach(in, place);
            case "detach", "detach-profile" -> detach(in, place);
            case "info" -> info(session.out(), place.name(), api.get(FAMILY.path(place) + "/state"));
            default -> leases(in, session, place);
        }
        return 0;
    }

    private static void tell(Session session, String what) {
        if (!session.isQuiet()) {
            session.out().println(what);
        }
    }

    private static int list(Invocation in, Session session) throws IOException, ApiException, CliException {
        List<JsonObject> networks = session.remote(in.argOrEmpty(0)).api().getList("/1.0/networks?recursion=1");
        Table table = new Table("NAME", "TYPE", "MANAGED", "IPV4", "IPV6", "DESCRIPTION", "USED BY", "STATE");
        for (JsonObject network : networks) {
            String type = network.text("type");
            if (type.equals("loopback") || type.equals("unknown")) {
                continue;
            }
            JsonObject config = network.object("config");
            table.add(
                    network.text("name"),
                    type,
                    network.flag("managed") ? "YES" : "NO",
                    config.text("ipv4.address"),
                    config.text("ipv6.address"),
                    network.text("description"),
                    Integer.toString(network.texts("used_by").size()),
                    network.text("status").toUpperCase(Locale.ROOT));
        }
        table.sort();
        Lists.print(session, in.text("format"), table, networks);
        return 0;
    }

    private static void attach(Invocation in, Place place) throws IOException, ApiException, CliException {
        ApiClient api = place.api();
        boolean profile = in.name().equals("attach-profile");
        String path = (profile ? "/1.0/profiles/" : "/1.0/instances/") + ApiClient.segment(in.arg(1));
        ApiAnswer answer = api.call("GET", path, null);
        JsonObject owner = answer.object();
        JsonObject devices = owner.object("devices");
        String device = in.count() > 2 ? in.arg(2) : place.name();
        if (devices.has(device)) {
            throw new CliException("Device already exists: " + device);
        }
        JsonObject nic = Networks.nic(api, place.name());
        nic.remove("name");
        if (in.count() > 3) {
            nic.put("name", in.arg(3));
        } else if (in.count() > 2) {
            nic.put("name", in.arg(2));
        }
        devices.put(device, nic);
        save(api, path, owner.put("devices", devices), answer.etag(), profile);
    }

    private static void save(ApiClient api, String path, JsonObject owner, String etag, boolean profile)
            throws IOException, ApiException {
        api.finish(api.call("PUT", path, Fields.writable(owner, profile ? Fields.PROFILE : Fields.INSTANCE), etag));
    }

    private static void detach(Invocation in, Place place) throws IOException, ApiException, CliException {
        ApiClient api = place.api();
        boolean profile = in.name().equals("detach-profile");
        String path = (profile ? "/1.0/profiles/" : "/1.0/instances/") + ApiClient.segment(in.arg(1));
        ApiAnswer answer = api.call("GET", path, null);
        JsonObject owner = answer.object();
        JsonObject devices = owner.object("devices");
        String device = in.argOrEmpty(2);
        if (device.isEmpty()) {
            for (String name : devices.keys()) {
                if (isOn(devices.object(name), place.name())) {
                    if (!device.isEmpty()) {
                        throw new CliException("More than one device matches, specify the device name");
                    }
                    device = name;
                }
            }
        }
        if (device.isEmpty()) {
            throw new CliException("No device found for this network");
        }
        if (!devices.has(device)) {
            throw new CliException("The specified device doesn't exist");
        }
        if (!isOn(devices.object(device), place.name())) {
            throw new CliException("The specified device doesn't match the network");
        }
        devices.remove(device);
        save(api, path, owner.put("devices", devices), answer.etag(), profile);
    }

    private static boolean isOn(JsonObject device, String network) {
        return device.text("type").equals("nic")
                && (device.text("network").equals(network)
                        || device.text("parent").equals(network));
    }

    private static void info(Output out, String name, JsonObject state) {
        out.println("Name: " + name);
        out.println("MAC address: " + state.text("hwaddr"));
        out.println("MTU: " + state.number("mtu"));
        out.println("State: " + state.text("state"));
        out.println("Type: " + state.text("type"));
        List<JsonObject> addresses = state.objects("addresses");
        if (!addresses.isEmpty()) {
            out.println("\nIP addresses:");
        }
        for (JsonObject address : addresses) {
            out.println("  " + address.text("family") + "\t" + address.text("address") + "/" + address.text("netmask")
                    + " (" + address.text("scope") + ")");
        }
        JsonObject counters = state.object("counters");
        if (!counters.isEmpty()) {
            out.println("\nNetwork usage:");
            out.println("  Bytes received: " + Units.decimal(counters.number("bytes_received")));
            out.println("  Bytes sent: " + Units.decimal(counters.number("bytes_sent")));
            out.println("  Packets received: " + counters.number("packets_received"));
            out.println("  Packets sent: " + counters.number("packets_sent"));
        }
        JsonObject bond = state.object("bond");
        if (!bond.isEmpty()) {
            out.println("\nBond:");
            out.println("  Mode: " + bond.text("mode"));
            out.println("  Transmit policy: " + bond.text("transmit_policy"));
            out.println("  Up delay: " + bond.number("up_delay"));
            out.println("  Down delay: " + bond.number("down_delay"));
            out.println("  MII Frequency: " + bond.number("mii_frequency"));
            out.println("  MII state: " + bond.text("mii_state"));
            out.println("  Lower devices: " + Devices.join(bond.texts("lower_devices")));
        }
        JsonObject bridge = state.object("bridge");
        if (!bridge.isEmpty()) {
            out.println("\nBridge:");
            out.println("  ID: " + bridge.text("id"));
            out.println("  STP: " + bridge.flag("stp"));
            out.println("  Forward delay: " + bridge.number("forward_delay"));
            out.println("  Default VLAN ID: " + bridge.number("vlan_default"));
            out.println("  VLAN filtering: " + bridge.flag("vlan_filtering"));
            out.println("  Upper devices: " + Devices.join(bridge.texts("upper_devices")));
        }
        JsonObject vlan = state.object("vlan");
        if (!vlan.isEmpty()) {
            out.println("\nVLAN:");
            out.println("  Lower device: " + vlan.text("lower_device"));
            out.println("  VLAN ID: " + vlan.number("vid"));
        }
    }

    private static void leases(Invocation in, Session session, Place place)
            throws IOException, ApiException, CliException {
        List<JsonObject> leases = place.api().getList(FAMILY.path(place) + "/leases");
        Table table = new Table("HOSTNAME", "MAC ADDRESS", "IP ADDRESS", "TYPE");
        for (JsonObject lease : leases) {
            table.add(
                    lease.text("hostname"),
                    lease.text("hwaddr"),
                    lease.text("address"),
                    lease.text("type").toUpperCase(Locale.ROOT));
        }
        table.sort();
        Lists.print(session, in.text("format"), table, leases);
    }
}
