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
import io.lightvisor.cli.spec.Spec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `lxc list`.
public final class ListCommand implements Command {
    private static final String COLUMNS = "ns46tSL";
    private static final String FAST = "nsacPt";

    @Override
    public Spec spec() {
        return Spec.leaf("list", "[<remote>:] [<filter>...]", 0, -1, "List instances")
                .alias("ls")
                .text('c', "columns", COLUMNS, "Which columns, see above")
                .format()
                .flag(' ', "fast", "Only what costs nothing to know (-c nsacPt)")
                .flag(' ', "all-projects", "The instances of all projects")
                .details("""
                        Filters: the beginning of a name, a regular expression on the whole name, or key=value. A key is a
                        configuration key (its parts may be shortened: u.blah for user.blah) or one of type, status,
                        architecture, location, ipv4, ipv6 (with several values behind commas; addresses as IP or CIDR). All
                        filters must fit.

                        Columns, one letter each:
                          4 IPv4   6 IPv6   a architecture   b storage pool   c created   d description   D disk usage
                          e project   f, F base image, short and long   l last used   L location   m, M memory, and in %
                          n name   N processes   p pid   P profiles   s state   S snapshots   t type   u CPU seconds
                        or [config:|devices:]key[:header[:width]], divided by commas, as in
                          lxc list -c ns4,image.os,devices:eth0.network:NET,user.comment::20""");
    }

    @Override
    public int run(Invocation in, Session session) throws IOException, ApiException, CliException {
        String remote = "";
        List<String> filters = new ArrayList<>();
        for (int i = 0; i < in.count(); i++) {
            String word = in.arg(i);
            if (i == 0 && word.indexOf(':') > 0 && word.indexOf('=') < 0) {
                Place place = session.place(word);
                remote = place.remote() + ":";
                if (!place.name().isEmpty()) {
                    filters.add(place.name());
                }
            } else {
                filters.add(word);
            }
        }
        boolean allProjects = in.has("all-projects");
        String chosen = in.has("columns") ? in.text("columns") : in.has("fast") ? FAST : COLUMNS;
        if (allProjects && !in.has("columns")) {
            chosen = "e" + chosen;
        }
        String format = in.text("format");
        List<InstanceColumn> columns = InstanceColumn.parse(chosen);
        boolean raw = format.equals("json") || format.equals("yaml");
        boolean full = raw || InstanceFilter.needsState(filters);
        boolean located = false;
        for (InstanceColumn column : columns) {
            full |= column.needsState();
            located |= column.isLocation();
        }
        ApiClient api = session.remote(remote).api();
        if (located && !isClustered(api, in.has("columns"))) {
            if (in.has("columns")) {
                throw new CliException("Can't specify column L when not clustered");
            }
            removeLocation(columns);
        }
        String path = "/1.0/instances?recursion=" + (full ? "2" : "1");
        List<JsonObject> found =
                allProjects ? api.inProject("").getList(path + "&all-projects=true") : api.getList(path);
        ArrayList<JsonObject> shown = new ArrayList<>();
        for (JsonObject instance : found) {
            if (InstanceFilter.fits(instance, filters)) {
                shown.add(instance);
            }
        }
        ArrayList<String> headers = new ArrayList<>();
        for (InstanceColumn column : columns) {
            headers.add(column.header());
        }
        Table table = new Table(headers);
        if (!raw) {
            for (JsonObject instance : shown) {
                String[] row = new String[columns.size()];
                for (int i = 0; i < row.length; i++) {
                    row[i] = columns.get(i).value(instance);
                }
                table.add(row);
            }
            table.sort();
        }
        Lists.print(session, format, table, shown);
        return 0;
    }

    private static void removeLocation(List<InstanceColumn> columns) {
        // No removeIf: the first lambda of a run costs a fifth of it.
        for (int i = columns.size() - 1; i >= 0; i--) {
            if (columns.get(i).isLocation()) {
                columns.remove(i);
            }
        }
    }

    /// The default columns hold the location, which only counts in a cluster; asked only if the user wants it for sure,
    /// for a
    /// server of ours is not clustered and a second question would double the time of the command.
    private static boolean isClustered(ApiClient api, boolean asked) throws IOException, ApiException {
        return asked && api.get("/1.0").object("environment").flag("server_clustered");
    }
}
