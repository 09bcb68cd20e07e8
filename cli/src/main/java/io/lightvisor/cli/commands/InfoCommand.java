package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.api.http.HttpResponse;
import io.lightvisor.cli.out.Table;
import io.lightvisor.cli.out.Times;
import io.lightvisor.cli.out.Units;
import io.lightvisor.cli.out.YamlText;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.terminal.Output;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `lxc info`.
public final class InfoCommand implements Command {
    private static final int LARGEST_LOG = 64 * 1024 * 1024;

    @Override
    public Spec spec() {
        return Spec.leaf("info", "[<remote>:][<instance>]", 0, 1, "Tell about an instance, or about the server")
                .flag(' ', "resources", "The hardware of the server")
                .flag(' ', "show-log", "The log of the instance too")
                .text(' ', "target", "", "The cluster member to ask");
    }

    @Override
    public int run(Invocation in, Session session) throws IOException, ApiException, CliException {
        Place place = session.remote(in.argOrEmpty(0));
        ApiClient api = place.api();
        String target = in.has("target") ? "?target=" + ApiClient.segment(in.text("target")) : "";
        if (place.name().isEmpty()) {
            if (in.has("show-log")) {
                throw new CliException("--show-log needs an instance");
            }
            if (in.has("resources")) {
                ResourcesText.print(session.out(), api.get("/1.0/resources" + target));
            } else {
                session.out().print(YamlText.of(server(api.get("/1.0" + target))));
            }
            return 0;
        }
        if (in.has("target")) {
            throw new CliException("--target cannot be used with instances");
        }
        JsonObject instance = api.get("/1.0/instances/" + place.segment() + "?recursion=1");
        instance(session.out(), instance);
        if (in.has("show-log")) {
            log(session.out(), api, place.segment(), instance.text("type"));
        }
        return 0;
    }

    /// The drivers have capital keys on the wire and small ones in print.
    private static JsonObject server(JsonObject server) {
        ArrayList<JsonObject> drivers = new ArrayList<>();
        for (JsonObject driver : server.object("environment").objects("storage_supported_drivers")) {
            drivers.add(new JsonObject()
                    .put("name", driver.text("Name"))
                    .put("version", driver.text("Version"))
                    .put("remote", driver.flag("Remote")));
        }
        if (server.has("environment")) {
            server.object("environment").put("storage_supported_drivers", drivers);
        }
        return server;
    }

    private static void instance(Output out, JsonObject instance) {
        JsonObject state = instance.object("state");
        out.println("Name: " + instance.text("name"));
        if (!instance.text("description").isEmpty()) {
            out.println("Description: " + instance.text("description"));
        }
        out.println("Status: " + instance.text("status").toUpperCase(Locale.ROOT));
        String type = instance.text("type");
        out.println("Type: " + (instance.flag("ephemeral") ? type + " (ephemeral)" : type));
        out.println("Architecture: " + instance.text("architecture"));
        String location = instance.text("location");
        if (!location.isEmpty() && !location.equals("none")) {
            out.println("Location: " + location);
        }
        if (state.number("pid") != 0) {
            out.println("PID: " + state.number("pid"));
        }
        out.println("Created: " + Times.minute(instance.text("created_at")));
        if (Times.isSet(instance.text("last_used_at"))) {
            out.println("Last Used: " + Times.minute(instance.text("last_used_at")));
        }
        if (state.number("pid") != 0) {
            resources(out, state);
        }
        snapshots(out, instance.objects("snapshots"));
        backups(out, instance.objects("backups"));
    }

    private static void resources(Output out, JsonObject state) {
        out.println("\nResources:");
        out.println("  Processes: " + state.number("processes"));
        if (!state.text("health").isEmpty()) {
            out.println("  Health: " + state.text("health")
                    + (state.text("health_log").isEmpty() ? "" : " (" + state.text("health_log") + ")"));
        }
        if (state.number("restarts") > 0) {
            out.println("  Restarts: " + state.number("restarts"));
        }
        JsonObject disk = state.object("disk");
        boolean first = true;
        for (String name : disk.keys()) {
            if (disk.object(name).number("usage") > 0) {
                if (first) {
                    out.println("  Disk usage:");
                    first = false;
                }
                out.println(
                        "    " + name + ": " + Units.binary(disk.object(name).number("usage")));
            }
        }
        long nanos = state.object("cpu").number("usage");
        if (nanos > 0) {
            out.println("  CPU usage:\n    CPU usage (in seconds): " + nanos / 1_000_000_000);
        }
        JsonObject memory = state.object("memory");
        if (memory.number("usage") > 0 || memory.number("usage_peak") > 0) {
            out.println("  Memory usage:");
            bytes(out, "    Memory (current): ", memory.number("usage"));
            bytes(out, "    Memory (peak): ", memory.number("usage_peak"));
            bytes(out, "    Swap (current): ", memory.number("swap_usage"));
            bytes(out, "    Swap (peak): ", memory.number("swap_usage_peak"));
        }
        JsonObject network = state.object("network");
        if (!network.isEmpty()) {
            out.println("  Network usage:");
        }
        for (String name : network.keys()) {
            interfaceOf(out, name, network.object(name));
        }
    }

    private static void bytes(Output out, String label, long value) {
        if (value > 0) {
            out.println(label + Units.binary(value));
        }
    }

    private static void interfaceOf(Output out, String name, JsonObject nic) {
        out.println("    " + name + ":");
        out.println("      Type: " + nic.text("type"));
        out.println("      State: " + nic.text("state").toUpperCase(Locale.ROOT));
        if (!nic.text("host_name").isEmpty()) {
            out.println("      Host interface: " + nic.text("host_name"));
        }
        if (!nic.text("hwaddr").isEmpty()) {
            out.println("      MAC address: " + nic.text("hwaddr"));
        }
        if (nic.number("mtu") > 0) {
            out.println("      MTU: " + nic.number("mtu"));
        }
        JsonObject counters = nic.object("counters");
        out.println("      Bytes received: " + Units.decimal(counters.number("bytes_received")));
        out.println("      Bytes sent: " + Units.decimal(counters.number("bytes_sent")));
        out.println("      Packets received: " + counters.number("packets_received"));
        out.println("      Packets sent: " + counters.number("packets_sent"));
        out.println("      IP addresses:");
        for (JsonObject address : nic.objects("addresses")) {
            String family = address.text("family").equals("inet") ? "inet:  " : "inet6: ";
            out.println("        " + family + address.text("address") + "/" + address.text("netmask") + " ("
                    + address.text("scope") + ")");
        }
    }

    private static void snapshots(Output out, List<JsonObject> snapshots) {
        if (snapshots.isEmpty()) {
            return;
        }
        out.println("\nSnapshots:");
        Table table = new Table("NAME", "TAKEN AT", "EXPIRES AT", "STATEFUL");
        for (JsonObject snapshot : snapshots) {
            String name = snapshot.text("name");
            table.add(
                    name.substring(name.indexOf('/') + 1),
                    Times.minute(snapshot.text("created_at")),
                    Times.minute(snapshot.text("expires_at")),
                    snapshot.flag("stateful") ? "YES" : "NO");
        }
        out.print(table.table());
    }

    private static void backups(Output out, List<JsonObject> backups) {
        if (backups.isEmpty()) {
            return;
        }
        out.println("\nBackups:");
        Table table = new Table("NAME", "TAKEN AT", "EXPIRES AT", "INSTANCE ONLY", "OPTIMIZED STORAGE");
        for (JsonObject backup : backups) {
            String name = backup.text("name");
            table.add(
                    name.substring(name.indexOf('/') + 1),
                    Times.minute(backup.text("created_at")),
                    Times.minute(backup.text("expires_at")),
                    backup.flag("instance_only") ? "YES" : "NO",
                    backup.flag("optimized_storage") ? "YES" : "NO");
        }
        out.print(table.table());
    }

    private static void log(Output out, ApiClient api, String name, String type) throws IOException, ApiException {
        String file = type.equals("virtual-machine") ? "qemu.log" : "lxc.log";
        try (HttpResponse log = api.open(api.request("GET", "/1.0/instances/" + name + "/logs/" + file))) {
            String text = new String(log.bytes(LARGEST_LOG), StandardCharsets.UTF_8);
            out.println("\nLog:\n\n" + text);
        }
    }
}
