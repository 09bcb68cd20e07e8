package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiAnswer;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.out.YamlText;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.KeyValues;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `lxc config device` (of instances) and `lxc profile device` (of profiles).
final class Devices {
    private final boolean ofProfiles;

    Devices(boolean ofProfiles) {
        this.ofProfiles = ofProfiles;
    }

    Spec spec() {
        String owner = "[<remote>:]<" + (ofProfiles ? "profile" : "instance") + ">";
        List<Spec> children = new ArrayList<>();
        children.add(Spec.leaf("add", owner + " <device> <type> [key=value...]", 3, -1, "Add a device")
                .details("  lxc config device add c1 data disk source=/srv/data path=/data\n"
                        + "  lxc config device add c1 web proxy listen=tcp:0.0.0.0:80 connect=tcp:127.0.0.1:80"));
        children.add(Spec.leaf("get", owner + " <device> <key>", 3, 3, "Print the value of a device's key"));
        children.add(
                Spec.leaf("list", owner, 1, 1, "Print the names of the devices").alias("ls"));
        if (!ofProfiles) {
            children.add(Spec.leaf(
                    "override", owner + " <device> [key=value...]", 2, -1, "Copy a profile's device to change it"));
        }
        children.add(Spec.leaf("remove", owner + " <name>...", 2, -1, "Remove devices")
                .alias("rm"));
        children.add(Spec.leaf("set", owner + " <device> <key>=<value>...", 3, -1, "Set keys of a device"));
        children.add(Spec.leaf("show", owner, 1, 1, "Print the devices"));
        children.add(Spec.leaf("unset", owner + " <device> <key>", 3, 3, "Unset a key of a device"));
        return Spec.group("device", "Manage devices", children.toArray(new Spec[0]));
    }

    int run(Invocation in, Session session) throws IOException, ApiException, CliException {
        Place place = session.place(in.arg(0));
        String path = (ofProfiles ? "/1.0/profiles/" : "/1.0/instances/") + place.segment();
        ApiAnswer answer = place.api().call("GET", path, null);
        JsonObject owner = answer.object();
        JsonObject devices = owner.object("devices");
        String name = in.argOrEmpty(1);
        switch (in.name()) {
            case "list" -> {
                for (String device : devices.keys()) {
                    session.out().println(device);
                }
                if (devices.isEmpty()) {
                    // As LXD's client: the names with line ends between, and one at the end.
                    session.out().println("");
                }
                return 0;
            }
            case "show" -> {
                session.out().print(YamlText.of(devices));
                return 0;
            }
            case "get" -> {
                session.out().println(require(owner, name, "retrieved").text(in.arg(2)));
                return 0;
            }
            case "add" -> {
                if (devices.has(name)) {
                    throw new CliException("The device already exists");
                }
                JsonObject device = new JsonObject();
                KeyValues.put(device, in.argsFrom(3), false);
                devices.put(name, device.put("type", in.arg(2)));
            }
            case "override" -> {
                if (devices.has(name)) {
                    throw new CliException("The device already exists");
                }
                JsonObject inherited = owner.object("expanded_devices");
                if (!inherited.has(name)) {
                    throw new CliException("The profile device doesn't exist");
                }
                JsonObject device = inherited.object(name);
                KeyValues.put(device, in.argsFrom(2), false);
                devices.put(name, device);
            }
            case "remove" -> {
                for (String each : in.argsFrom(1)) {
                    require(owner, each, "removed");
                    devices.remove(each);
                }
            }
            case "set" -> KeyValues.set(require(owner, name, "modified"), in.argsFrom(2));
            case "unset" -> require(owner, name, "modified").remove(in.arg(2));
            default -> throw new CliException("unknown command " + in.name());
        }
        owner.put("devices", devices);
        if (ofProfiles) {
            place.api().call("PUT", path, Fields.writable(owner, Fields.PROFILE), answer.etag());
        } else {
            place.api().finish(place.api().call("PUT", path, Fields.writable(owner, Fields.INSTANCE), answer.etag()));
        }
        if (!session.isQuiet()) {
            switch (in.name()) {
                case "add" -> session.out().println("Device " + name + " added to " + place.name());
                case "override" -> session.out().println("Device " + name + " overridden for " + place.name());
                case "remove" ->
                    session.out().println("Device " + join(in.argsFrom(1)) + " removed from " + place.name());
                default -> {}
            }
        }
        return 0;
    }

    private JsonObject require(JsonObject owner, String name, String verb) throws CliException {
        JsonObject devices = owner.object("devices");
        if (devices.has(name)) {
            return devices.object(name);
        }
        if (owner.object("expanded_devices").has(name)) {
            throw new CliException(
                    verb.equals("retrieved")
                            ? "Device from profile(s) cannot be retrieved for individual instance"
                            : "Device from profile(s) cannot be " + verb
                                    + " for individual instance. Override device or modify profile instead");
        }
        throw new CliException("Device doesn't exist");
    }

    static String join(List<String> words) {
        StringBuilder out = new StringBuilder();
        for (String word : words) {
            if (out.length() > 0) {
                out.append(", ");
            }
            out.append(word);
        }
        return out.toString();
    }
}
