package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.cli.config.ClientConfig;
import io.lightvisor.cli.out.Table;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Lists;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;

/// `lxc alias`.
public final class AliasCommand implements Command {
    @Override
    public Spec spec() {
        return Spec.group(
                "alias",
                "Manage short names for command lines",
                Spec.leaf("add", "<alias> <target>", 2, 2, "Add an alias")
                        .details("  lxc alias add login 'exec @ARGS@ -- su -l'       then: lxc login c1"),
                Spec.leaf("list", "", 0, 0, "List the aliases").alias("ls").format(),
                Spec.leaf("remove", "<alias>", 1, 1, "Remove an alias").alias("rm"),
                Spec.leaf("rename", "<old alias> <new alias>", 2, 2, "Rename an alias")
                        .alias("mv"));
    }

    @Override
    public int run(Invocation in, Session session) throws IOException, CliException {
        ClientConfig config = session.config();
        Map<String, String> aliases = config.aliases();
        if (in.name().equals("list")) {
            Table table = new Table("ALIAS", "TARGET");
            ArrayList<JsonObject> raw = new ArrayList<>();
            for (Map.Entry<String, String> each : aliases.entrySet()) {
                table.add(each.getKey(), each.getValue());
                raw.add(new JsonObject().put("alias", each.getKey()).put("target", each.getValue()));
            }
            table.sort();
            Lists.print(session, in.text("format"), table, raw);
            return 0;
        }
        String name = in.arg(0);
        boolean adds = in.name().equals("add");
        String known = aliases.get(name);
        if (adds && known != null) {
            throw new CliException("Alias " + name + " already exists");
        }
        if (!adds && known == null) {
            throw new CliException("Alias " + name + " doesn't exist");
        }
        if (adds) {
            aliases.put(name, in.arg(1));
        } else {
            aliases.remove(name);
        }
        if (in.name().equals("rename") && known != null) {
            if (aliases.containsKey(in.arg(1))) {
                throw new CliException("Alias " + in.arg(1) + " already exists");
            }
            aliases.put(in.arg(1), known);
        }
        config.save();
        return 0;
    }
}
