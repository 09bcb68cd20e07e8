package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.out.Table;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Lists;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `lxc image alias`.
final class ImageAliases {
    int run(Invocation in, Session session) throws IOException, ApiException, CliException {
        if (in.name().equals("list")) {
            return list(in, session);
        }
        Place place = session.place(in.arg(0));
        ApiClient api = place.api();
        String path = "/1.0/images/aliases/" + place.segment();
        switch (in.name()) {
            case "create" -> {
                String fingerprint =
                        api.get("/1.0/images/" + ApiClient.segment(in.arg(1))).text("fingerprint");
                api.call(
                        "POST",
                        "/1.0/images/aliases",
                        new JsonObject().put("name", place.name()).put("target", fingerprint));
            }
            case "rename" -> api.call("POST", path, new JsonObject().put("name", in.arg(1)));
            default -> api.call("DELETE", path, null);
        }
        return 0;
    }

    private static int list(Invocation in, Session session) throws IOException, ApiException, CliException {
        int first = in.count() > 0 && in.arg(0).indexOf(':') > 0 ? 1 : 0;
        Place place = session.remote(first == 1 ? in.arg(0) : "");
        ArrayList<JsonObject> shown = new ArrayList<>();
        Table table = new Table("ALIAS", "FINGERPRINT", "TYPE", "DESCRIPTION");
        for (JsonObject alias : place.api().getList("/1.0/images/aliases?recursion=1")) {
            boolean fits = true;
            for (String filter : in.argsFrom(first)) {
                fits &= alias.text("name").contains(filter)
                        || alias.text("target").startsWith(filter);
            }
            if (!fits) {
                continue;
            }
            shown.add(alias);
            String target = alias.text("target");
            table.add(
                    alias.text("name"),
                    target.substring(0, Math.min(12, target.length())),
                    alias.text("type").toUpperCase(Locale.ROOT),
                    alias.text("description"));
        }
        table.sort();
        Lists.print(session, in.text("format"), table, shown);
        return 0;
    }

    /// Gives an image names, and takes them from whatever had them.
    static void ensure(ApiClient api, List<String> names, String fingerprint) throws IOException, ApiException {
        for (String name : names) {
            try {
                api.call("DELETE", "/1.0/images/aliases/" + ApiClient.segment(name), null);
            } catch (ApiException failure) {
                if (failure.code() != 404) {
                    throw failure;
                }
            }
            api.call(
                    "POST",
                    "/1.0/images/aliases",
                    new JsonObject().put("name", name).put("target", fingerprint));
        }
    }
}
