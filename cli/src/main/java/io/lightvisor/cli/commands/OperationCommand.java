package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.out.Table;
import io.lightvisor.cli.out.Times;
import io.lightvisor.cli.out.YamlText;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Lists;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Locale;

/// `lxc operation`.
public final class OperationCommand implements Command {
    @Override
    public Spec spec() {
        return Spec.group(
                "operation",
                "List, show and cancel what the server is doing",
                Spec.leaf("delete", "[<remote>:]<operation>", 1, 1, "Cancel an operation")
                        .alias("cancel", "rm"),
                Spec.leaf("list", "[<remote>:]", 0, 1, "List operations")
                        .alias("ls")
                        .format(),
                Spec.leaf("show", "[<remote>:]<operation>", 1, 1, "Print an operation as YAML"));
    }

    @Override
    public int run(Invocation in, Session session) throws IOException, ApiException, CliException {
        if (in.name().equals("list")) {
            return list(in, session);
        }
        Place place = session.place(in.arg(0));
        String path = "/1.0/operations/" + place.segment();
        if (in.name().equals("show")) {
            JsonObject operation = place.api().get(path);
            for (String key : new String[] {"resources", "metadata"}) {
                if (operation.get(key) == null) {
                    operation.put(key, new JsonObject());
                }
            }
            session.out().print(YamlText.of(operation));
            return 0;
        }
        place.api().call("DELETE", path, null);
        if (!session.isQuiet()) {
            session.out().println("Operation " + place.name() + " deleted");
        }
        return 0;
    }

    private static int list(Invocation in, Session session) throws IOException, ApiException, CliException {
        JsonObject byStatus = session.remote(in.argOrEmpty(0)).api().get("/1.0/operations?recursion=1");
        ArrayList<JsonObject> operations = new ArrayList<>();
        for (String status : byStatus.keys()) {
            operations.addAll(byStatus.objects(status));
        }
        Table table = new Table("ID", "TYPE", "DESCRIPTION", "STATUS", "CANCELABLE", "CREATED");
        for (JsonObject operation : operations) {
            table.add(
                    operation.text("id"),
                    operation.text("class").toUpperCase(Locale.ROOT),
                    operation.text("description"),
                    operation.text("status").toUpperCase(Locale.ROOT),
                    operation.flag("may_cancel") ? "YES" : "NO",
                    Times.minute(operation.text("created_at")));
        }
        table.sort();
        Lists.print(session, in.text("format"), table, operations);
        return 0;
    }
}
