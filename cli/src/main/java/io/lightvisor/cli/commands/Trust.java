package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.api.http.TlsIdentity;
import io.lightvisor.cli.out.Table;
import io.lightvisor.cli.out.Times;
import io.lightvisor.cli.out.YamlText;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Edits;
import io.lightvisor.cli.session.Lists;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// `lxc config trust`: which clients the server lets in.
final class Trust {
    Spec spec() {
        return Spec.group(
                "trust",
                "Manage the clients that the server trusts",
                Spec.leaf("add", "[<remote>:] [<cert>]", 0, 2, "Trust a certificate, or make a token for a client")
                        .text(' ', "name", "", "A name for it")
                        .text(' ', "projects", "", "The projects it is restricted to, divided by commas")
                        .flag(' ', "restricted", "Restrict it to projects")
                        .text(' ', "type", "client", "client or metrics")
                        .details(
                                "Without a certificate a token is printed; \"lxc remote add <name> <token>\" on the client uses it."),
                Spec.leaf("edit", "[<remote>:]<fingerprint>", 1, 1, "Edit an entry as YAML"),
                Spec.leaf("list", "[<remote>:]", 0, 1, "List the trusted certificates")
                        .alias("ls")
                        .format(),
                Spec.leaf("list-tokens", "[<remote>:]", 0, 1, "List the tokens not used yet")
                        .format(),
                Spec.leaf("remove", "[<remote>:]<fingerprint>", 1, 1, "Trust a client no more")
                        .alias("rm"),
                Spec.leaf("revoke-token", "[<remote>:] <name>", 1, 2, "Take a token back"),
                Spec.leaf("show", "[<remote>:]<fingerprint>", 1, 1, "Print an entry as YAML"));
    }

    int run(Invocation in, Session session) throws IOException, ApiException, CliException, InterruptedException {
        switch (in.name()) {
            case "add" -> add(in, session);
            case "list" -> list(in, session);
            case "list-tokens" -> tokens(in, session);
            case "revoke-token" -> revoke(in, session);
            default -> entry(in, session);
        }
        return 0;
    }

    private static void add(Invocation in, Session session) throws IOException, ApiException, CliException {
        String first = in.argOrEmpty(0);
        boolean remoteGiven = first.endsWith(":");
        Place place = session.remote(remoteGiven ? first : "");
        String file = in.argOrEmpty(remoteGiven ? 1 : 0);
        ApiClient api = place.api();
        JsonObject body = new JsonObject()
                .put("name", in.text("name"))
                .put("type", in.text("type"))
                .put("restricted", in.has("restricted"));
        if (in.has("projects")) {
            ArrayList<String> projects = new ArrayList<>();
            for (String project : in.text("projects").split(",", -1)) {
                projects.add(project);
            }
            body.put("projects", projects);
        }
        if (!file.isEmpty()) {
            try {
                X509Certificate certificate =
                        TlsIdentity.certificate(Files.readString(Path.of(file), StandardCharsets.US_ASCII));
                body.put("certificate", Base64.getEncoder().encodeToString(certificate.getEncoded()));
            } catch (GeneralSecurityException failure) {
                throw new CliException(file + " holds no certificate: " + failure.getMessage());
            }
            if (!in.has("name")) {
                String name = Path.of(file).getFileName().toString();
                body.put("name", name.indexOf('.') > 0 ? name.substring(0, name.indexOf('.')) : name);
            }
            api.call("POST", "/1.0/certificates", body);
            return;
        }
        if (!in.has("name")) {
            String name = Terminal.ask(session.out(), "Please provide client name: ");
            if (name == null || name.isEmpty()) {
                throw new CliException(name == null ? "EOF" : "a client needs a name");
            }
            body.put("name", name);
        }
        JsonObject operation =
                api.call("POST", "/1.0/certificates", body.put("token", true)).object();
        if (!session.isQuiet()) {
            session.out().println("Client " + body.text("name") + " certificate add token:");
        }
        session.out().println(token(operation));
    }

    /// The token of a token operation: base64 of a JSON object.
    private static String token(JsonObject operation) {
        JsonObject metadata = operation.object("metadata");
        JsonObject token = new JsonObject()
                .put("client_name", metadata.object("request").text("name"))
                .put("fingerprint", metadata.text("fingerprint"))
                .put("addresses", metadata.get("addresses"))
                .put("secret", metadata.text("secret"))
                .put("expires_at", expiry(metadata));
        return Base64.getEncoder().encodeToString(token.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String expiry(JsonObject metadata) {
        String at = metadata.text("expiresAt");
        return at.isEmpty() ? "0001-01-01T00:00:00Z" : at;
    }

    private static void list(Invocation in, Session session) throws IOException, ApiException, CliException {
        List<JsonObject> found = session.remote(in.argOrEmpty(0)).api().getList("/1.0/certificates?recursion=1");
        Table table = new Table("TYPE", "NAME", "COMMON NAME", "FINGERPRINT", "ISSUE DATE", "EXPIRY DATE");
        for (JsonObject each : found) {
            String fingerprint = each.text("fingerprint");
            try {
                X509Certificate certificate = TlsIdentity.certificate(each.text("certificate"));
                table.add(
                        each.text("type"),
                        each.text("name"),
                        commonName(certificate),
                        fingerprint.substring(0, Math.min(12, fingerprint.length())),
                        Times.words(certificate.getNotBefore().toInstant().toString()),
                        Times.words(certificate.getNotAfter().toInstant().toString()));
            } catch (GeneralSecurityException unreadable) {
                table.add(each.text("type"), each.text("name"), "", fingerprint, "", "");
            }
        }
        table.sort();
        Lists.print(session, in.text("format"), table, found);
    }

    private static String commonName(X509Certificate certificate) {
        String name = certificate.getSubjectX500Principal().getName();
        int at = name.indexOf("CN=");
        if (at < 0) {
            return "";
        }
        int end = name.indexOf(',', at);
        return name.substring(at + 3, end < 0 ? name.length() : end);
    }

    private static List<JsonObject> tokenOperations(ApiClient api) throws IOException, ApiException {
        ArrayList<JsonObject> found = new ArrayList<>();
        JsonObject byStatus = api.get("/1.0/operations?recursion=1");
        for (String status : byStatus.keys()) {
            for (JsonObject operation : byStatus.objects(status)) {
                if (operation.text("class").equals("token")
                        && operation.number("status_code") == 103
                        && operation.object("metadata").has("request")) {
                    found.add(operation);
                }
            }
        }
        return found;
    }

    private static void tokens(Invocation in, Session session) throws IOException, ApiException, CliException {
        Table table = new Table("NAME", "TOKEN", "EXPIRES AT");
        ArrayList<JsonObject> raw = new ArrayList<>();
        for (JsonObject operation :
                tokenOperations(session.remote(in.argOrEmpty(0)).api())) {
            JsonObject metadata = operation.object("metadata");
            String name = metadata.object("request").text("name");
            String expiry = Times.isSet(expiry(metadata)) ? Times.minute(expiry(metadata)) : " ";
            table.add(name, token(operation), expiry.trim());
            raw.add(new JsonObject()
                    .put("ClientName", name)
                    .put("Token", token(operation))
                    .put("ExpiresAt", expiry(metadata)));
        }
        table.sort();
        Lists.print(session, in.text("format"), table, raw);
    }

    private static void revoke(Invocation in, Session session) throws IOException, ApiException, CliException {
        boolean remoteGiven = in.count() == 2;
        Place place = remoteGiven ? session.remote(in.arg(0)).named(in.arg(1)) : session.place(in.arg(0));
        ApiClient api = place.api();
        for (JsonObject operation : tokenOperations(api)) {
            if (operation.object("metadata").object("request").text("name").equals(place.name())) {
                api.call("DELETE", "/1.0/operations/" + operation.text("id"), null);
                if (!session.isQuiet()) {
                    session.out().println("Certificate add token for " + place.name() + " deleted");
                }
                return;
            }
        }
        throw new CliException("No certificate add token for member " + place.name() + " on remote: " + place.remote());
    }

    private static void entry(Invocation in, Session session)
            throws IOException, ApiException, CliException, InterruptedException {
        Place place = session.place(in.arg(0));
        ApiClient api = place.api();
        String path = "/1.0/certificates/" + place.segment();
        if (in.name().equals("remove")) {
            api.call("DELETE", path, null);
            return;
        }
        JsonObject found = api.get(path);
        if (in.name().equals("show")) {
            session.out().print(YamlText.of(found));
            return;
        }
        new Edits() {
            @Override
            protected void save(JsonObject edited) throws IOException, ApiException {
                api.call("PUT", path, Fields.writable(edited, Fields.CERTIFICATE));
            }
        }.run(
                session,
                Fields.writable(found, Fields.CERTIFICATE),
                "A trusted client: its name, and whether it is restricted to projects.");
    }
}
