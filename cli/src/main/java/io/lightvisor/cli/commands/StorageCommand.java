package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.out.NaturalOrder;
import io.lightvisor.cli.out.Table;
import io.lightvisor.cli.out.Units;
import io.lightvisor.cli.out.YamlText;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.KeyValues;
import io.lightvisor.cli.session.Lists;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/// `lxc storage`.
public final class StorageCommand implements Command {
    private static final ConfigFamily FAMILY = new ConfigFamily(
            "storage-pools",
            Fields.CONFIG,
            "A storage pool. Lines that begin with # do not count. Only config and description can be changed.");

    @Override
    public Spec spec() {
        String pool = "[<remote>:]<pool>";
        return Spec.group(
                "storage",
                "Manage storage pools and volumes",
                target(Spec.leaf("create", pool + " <driver> [key=value...]", 2, -1, "Create a storage pool")),
                Spec.leaf("delete", pool, 1, 1, "Delete a storage pool").alias("rm"),
                Spec.leaf("edit", pool, 1, 1, "Edit a storage pool as YAML"),
                target(Spec.leaf("get", pool + " <key>", 2, 2, "Print the value of a key")),
                target(Spec.leaf("info", pool, 1, 1, "Tell how full a storage pool is, and who uses it")
                        .flag(' ', "bytes", "Sizes in bytes")),
                Spec.leaf("list", "[<remote>:]", 0, 1, "List storage pools")
                        .alias("ls")
                        .format(),
                target(Spec.leaf("set", pool + " <key> <value>", 2, -1, "Set keys")),
                target(Spec.leaf("show", pool, 1, 1, "Print a storage pool as YAML")
                        .flag(' ', "resources", "Its space and inodes instead")),
                target(Spec.leaf("unset", pool + " <key>", 2, 2, "Unset a key")),
                new Volumes().spec());
    }

    private static Spec target(Spec spec) {
        return spec.text(' ', "target", "", "The cluster member");
    }

    @Override
    public int run(Invocation in, Session session)
            throws IOException, ApiException, CliException, InterruptedException {
        if (in.spec().key().startsWith("storage volume")) {
            return new Volumes().run(in, session);
        }
        if (in.name().equals("show") && in.has("resources")) {
            Place place = session.place(in.arg(0));
            session.out().print(YamlText.of(place.api().get(FAMILY.path(place) + "/resources")));
            return 0;
        }
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
                KeyValues.put(config, in.argsFrom(2), false);
                JsonObject body = new JsonObject()
                        .put("name", place.name())
                        .put("driver", in.arg(1))
                        .put("config", config);
                String query = in.has("target") ? "?target=" + ApiClient.segment(in.text("target")) : "";
                api.call("POST", "/1.0/storage-pools" + query, body);
                tell(
                        session,
                        "Storage pool " + place.name()
                                + (in.has("target") ? " pending on member " + in.text("target") : " created"));
            }
            case "delete" -> {
                api.call("DELETE", FAMILY.path(place), null);
                tell(session, "Storage pool " + place.name() + " deleted");
            }
            default -> info(in, session, place);
        }
        return 0;
    }

    private static void tell(Session session, String what) {
        if (!session.isQuiet()) {
            session.out().println(what);
        }
    }

    private static int list(Invocation in, Session session) throws IOException, ApiException, CliException {
        List<JsonObject> pools = session.remote(in.argOrEmpty(0)).api().getList("/1.0/storage-pools?recursion=1");
        Table table = new Table("NAME", "DRIVER", "SOURCE", "DESCRIPTION", "USED BY", "STATE");
        for (JsonObject pool : pools) {
            table.add(
                    pool.text("name"),
                    pool.text("driver"),
                    pool.object("config").text("source"),
                    pool.text("description"),
                    Integer.toString(pool.texts("used_by").size()),
                    pool.text("status").toUpperCase(Locale.ROOT));
        }
        table.sort();
        Lists.print(session, in.text("format"), table, pools);
        return 0;
    }

    private static void info(Invocation in, Session session, Place place)
            throws IOException, ApiException, CliException {
        JsonObject pool = place.api().get(FAMILY.path(place));
        JsonObject space = place.api().get(FAMILY.path(place) + "/resources").object("space");
        boolean bytes = in.has("bytes");
        JsonObject info = new JsonObject()
                .put("description", pool.text("description"))
                .put("driver", pool.text("driver"))
                .put("name", pool.text("name"))
                .put("space used", size(space.number("used"), bytes))
                .put("total space", size(space.number("total"), bytes));
        TreeMap<String, List<String>> users = new TreeMap<>();
        for (String url : pool.texts("used_by")) {
            String[] parts = url.split("/", -1);
            if (parts.length < 4) {
                continue;
            }
            String kind = parts[2];
            String name = parts[3].indexOf('?') < 0 ? parts[3] : parts[3].substring(0, parts[3].indexOf('?'));
            if (kind.equals("storage-pools") && parts.length > 6) {
                kind = "volumes";
                name = parts[6].indexOf('?') < 0 ? parts[6] : parts[6].substring(0, parts[6].indexOf('?'));
            }
            List<String> names = users.get(kind);
            if (names == null) {
                names = new ArrayList<>();
                users.put(kind, names);
            }
            names.add(name);
        }
        JsonObject usedBy = new JsonObject();
        for (String kind : users.keySet()) {
            List<String> names = new ArrayList<>(users.getOrDefault(kind, List.of()));
            names.sort(new Comparator<String>() {
                @Override
                public int compare(String a, String b) {
                    return NaturalOrder.compare(a, b);
                }
            });
            usedBy.put(kind, names);
        }
        session.out().print(YamlText.of(new JsonObject().put("info", info).put("used by", usedBy)));
    }

    private static String size(long value, boolean bytes) {
        return bytes ? Long.toString(value) : Units.binary(value);
    }
}
