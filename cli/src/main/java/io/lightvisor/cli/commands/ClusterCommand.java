package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.out.Table;
import io.lightvisor.cli.out.YamlText;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Lists;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// `lxc cluster`: what there is to see of a cluster.
public final class ClusterCommand implements Command {
    @Override
    public Spec spec() {
        return Spec.group(
                "cluster",
                "Look at the members of a cluster",
                Spec.leaf("list", "[<remote>:]", 0, 1, "List the members")
                        .alias("ls")
                        .format(),
                Spec.leaf("list-tokens", "[<remote>:]", 0, 1, "List the tokens not used yet")
                        .format(),
                Spec.leaf("show", "[<remote>:]<member>", 1, 1, "Print a member as YAML"));
    }

    @Override
    public int run(Invocation in, Session session) throws IOException, ApiException, CliException {
        Place place = session.remote(in.argOrEmpty(0));
        ApiClient api = place.api();
        if (in.name().equals("show")) {
            session.out().print(YamlText.of(api.get("/1.0/cluster/members/" + place.segment())));
            return 0;
        }
        if (!api.get("/1.0/cluster").flag("enabled")) {
            throw new CliException("LXD server isn't part of a cluster");
        }
        List<JsonObject> members = api.getList("/1.0/cluster/members?recursion=1");
        Table table =
                new Table("NAME", "URL", "ROLES", "ARCHITECTURE", "FAILURE DOMAIN", "DESCRIPTION", "STATE", "MESSAGE");
        for (JsonObject member : members) {
            table.add(
                    member.text("server_name"),
                    member.text("url"),
                    String.join("\n", member.texts("roles")),
                    member.text("architecture"),
                    member.text("failure_domain"),
                    member.text("description"),
                    member.text("status").toUpperCase(Locale.ROOT),
                    member.text("message"));
        }
        table.sort();
        Lists.print(session, in.text("format"), table, members);
        return 0;
    }
}
