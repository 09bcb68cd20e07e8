package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.api.http.HttpRequest;
import io.lightvisor.api.http.HttpResponse;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Operations;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.terminal.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// `lxc export` and `lxc import`: an instance as one file.
public final class BackupCommand implements Command {
    private static final int DAY = 24 * 3600;

    private final boolean imports;

    /// The one that reads the file, or the one that writes it.
    public BackupCommand(boolean imports) {
        this.imports = imports;
    }

    @Override
    public Spec spec() {
        if (imports) {
            return Spec.leaf(
                            "import",
                            "[<remote>:] <backup file> [<instance name>]",
                            1,
                            3,
                            "Make an instance out of a file of \"lxc export\"")
                    .text('s', "storage", "", "Keep it in this storage pool");
        }
        return Spec.leaf("export", "[<remote>:]<instance> [target]", 1, 2, "Write an instance to a file")
                .text(' ', "compression", "", "How to compress it (none for not at all)")
                .flag(' ', "instance-only", "Without its snapshots")
                .flag(' ', "optimized-storage", "In the format of the storage driver");
    }

    @Override
    public int run(Invocation in, Session session) throws IOException, ApiException, CliException {
        return imports ? read(in, session) : write(in, session);
    }

    private static int write(Invocation in, Session session) throws IOException, ApiException, CliException {
        Place place = session.place(in.arg(0));
        ApiClient api = place.api();
        String backups = "/1.0/instances/" + place.segment() + "/backups";
        JsonObject body = new JsonObject()
                .put("name", "")
                .put("expires_at", Instant.now().plusSeconds(DAY).toString())
                .put("instance_only", in.has("instance-only"))
                .put("container_only", in.has("instance-only"))
                .put("optimized_storage", in.has("optimized-storage"))
                .putText("compression_algorithm", in.text("compression"));
        JsonObject operation = Operations.run(session, api, "POST", backups, body, "Backing up instance");
        List<String> made = operation.object("resources").texts("backups");
        if (made.isEmpty()) {
            throw new CliException("the server does not say what it has backed up");
        }
        String url = made.get(0);
        int query = url.indexOf('?');
        String name = url.substring(url.lastIndexOf('/') + 1, query < 0 ? url.length() : query);
        String target = in.argOrEmpty(1).isEmpty() ? place.name() + ".tar.gz" : in.argOrEmpty(1);
        try (HttpResponse response = api.open(api.request("GET", backups + "/" + name + "/export"))) {
            if (target.equals("-")) {
                byte[] buffer = new byte[128 * 1024];
                int n;
                while ((n = response.body().read(buffer, 0, buffer.length)) > 0) {
                    session.out().write(buffer, 0, n);
                }
            } else {
                try (OutputStream out = Files.newOutputStream(Path.of(target))) {
                    response.body().transferTo(out);
                }
            }
        } finally {
            api.run("DELETE", backups + "/" + name, null);
        }
        if (!target.equals("-")) {
            session.out().println("Backup exported successfully!");
        }
        return 0;
    }

    private static int read(Invocation in, Session session) throws IOException, ApiException, CliException {
        int first = in.arg(0).endsWith(":") ? 1 : 0;
        Place place = session.remote(first == 1 ? in.arg(0) : "");
        if (in.count() <= first) {
            throw new CliException("which file?");
        }
        String file = in.arg(first);
        ApiClient api = place.api();
        HttpRequest request = api.request("POST", "/1.0/instances").header("Content-Type", "application/octet-stream");
        if (in.has("storage")) {
            request.header("X-LXD-pool", in.text("storage"));
        }
        if (in.count() > first + 1) {
            request.header("X-LXD-name", in.arg(first + 1));
        }
        try (InputStream body = file.equals("-") ? Terminal.input() : Files.newInputStream(Path.of(file))) {
            Operations.run(session, api, request.body(body, -1), "Importing instance");
        } catch (java.nio.file.NoSuchFileException absent) {
            throw new CliException("open " + file + ": no such file or directory");
        }
        return 0;
    }
}
