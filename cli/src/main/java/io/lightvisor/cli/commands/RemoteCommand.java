package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.JsonTree;
import io.lightvisor.api.WireException;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.api.http.HttpClient;
import io.lightvisor.api.http.TlsIdentity;
import io.lightvisor.api.http.TlsTransport;
import io.lightvisor.cli.config.ClientConfig;
import io.lightvisor.cli.config.Remote;
import io.lightvisor.cli.out.Table;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Lists;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.session.TlsRemotes;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `lxc remote`.
public final class RemoteCommand implements Command {
    @Override
    public Spec spec() {
        return Spec.group(
                "remote",
                "Manage the list of remote servers",
                Spec.leaf("add", "[<remote>] <IP|FQDN|URL|token>", 1, 2, "Add a server")
                        .flag(' ', "accept-certificate", "Do not ask whether the server's certificate is right")
                        .text(' ', "auth-type", "", "How to log in (tls)")
                        .text(' ', "domain", "", "The domain to log in to")
                        .text(' ', "password", "", "The server's trust password, or a token")
                        .text(' ', "project", "", "The project to use on it")
                        .text(' ', "protocol", "", "lxd or simplestreams")
                        .flag(' ', "public", "It only has public images to give"),
                Spec.leaf("get-default", "", 0, 0, "Print the default remote"),
                Spec.leaf("list", "", 0, 0, "List the remotes").alias("ls").format(),
                Spec.leaf("remove", "<remote>", 1, 1, "Remove a remote").alias("rm"),
                Spec.leaf("rename", "<remote> <new-name>", 2, 2, "Rename a remote")
                        .alias("mv"),
                Spec.leaf("set-url", "<remote> <URL>", 2, 2, "Change the address of a remote"),
                Spec.leaf("switch", "<remote>", 1, 1, "Make a remote the default")
                        .alias("set-default"));
    }

    @Override
    public int run(Invocation in, Session session)
            throws IOException, ApiException, CliException, InterruptedException {
        ClientConfig config = session.config();
        switch (in.name()) {
            case "add" -> add(in, session, config);
            case "get-default" -> session.out().println(config.defaultRemote());
            case "list" -> list(in, session, config);
            case "switch" -> {
                require(config, in.arg(0));
                config.setDefaultRemote(in.arg(0));
                config.save();
            }
            case "set-url" -> {
                Remote remote = changeable(config, in.arg(0));
                config.remotes().put(in.arg(0), remote.withAddress(in.arg(1)));
                config.save();
            }
            case "rename" -> {
                Remote remote = changeable(config, in.arg(0));
                if (config.remotes().containsKey(in.arg(1))) {
                    throw new CliException("Remote " + in.arg(1) + " already exists");
                }
                config.remotes().remove(in.arg(0));
                config.remotes().put(in.arg(1), remote);
                if (Files.exists(config.serverCertificate(in.arg(0)))) {
                    Files.move(config.serverCertificate(in.arg(0)), config.serverCertificate(in.arg(1)));
                }
                if (config.defaultRemote().equals(in.arg(0))) {
                    config.setDefaultRemote(in.arg(1));
                }
                config.save();
            }
            default -> {
                changeable(config, in.arg(0));
                if (config.defaultRemote().equals(in.arg(0))) {
                    throw new CliException("Can't remove the default remote");
                }
                config.remotes().remove(in.arg(0));
                Files.deleteIfExists(config.serverCertificate(in.arg(0)));
                config.save();
            }
        }
        return 0;
    }

    private static Remote require(ClientConfig config, String name) throws CliException {
        Remote remote = config.remotes().get(name);
        if (remote == null) {
            throw new CliException("Remote " + name + " doesn't exist");
        }
        return remote;
    }

    private static Remote changeable(ClientConfig config, String name) throws CliException {
        Remote remote = require(config, name);
        if (remote.isStatic()) {
            throw new CliException("Remote " + name + " is static and cannot be modified");
        }
        if (remote.isGlobal()) {
            throw new CliException("Remote " + name + " is global and cannot be removed");
        }
        return remote;
    }

    private static void list(Invocation in, Session session, ClientConfig config) throws CliException, IOException {
        Table table = new Table("NAME", "URL", "PROTOCOL", "AUTH TYPE", "PUBLIC", "STATIC", "GLOBAL");
        JsonObject raw = new JsonObject();
        for (Map.Entry<String, Remote> each : config.remotes().entrySet()) {
            Remote remote = each.getValue();
            String authentication = remote.authType();
            if (authentication.isEmpty()) {
                authentication = remote.isUnix() ? "file access" : remote.isImagesOnly() ? "none" : "tls";
            }
            boolean chosen = each.getKey().equals(session.defaultRemote());
            table.add(
                    chosen ? each.getKey() + " (current)" : each.getKey(),
                    remote.address(),
                    remote.protocol(),
                    authentication,
                    yes(remote.isPublic()),
                    yes(remote.isStatic()),
                    yes(remote.isGlobal()));
            raw.put(
                    each.getKey(),
                    new JsonObject()
                            .put("Addr", remote.address())
                            .put("AuthType", authentication)
                            .put("Domain", remote.domain())
                            .put("Project", remote.project())
                            .put("Protocol", remote.protocol())
                            .put("Public", remote.isPublic())
                            .put("Global", remote.isGlobal())
                            .put("Static", remote.isStatic()));
        }
        table.sort();
        Lists.print(session, in.text("format"), table, raw);
    }

    private static String yes(boolean value) {
        return value ? "YES" : "NO";
    }

    private static void add(Invocation in, Session session, ClientConfig config)
            throws IOException, ApiException, CliException {
        String address = in.arg(in.count() - 1);
        String name = in.arg(0);
        if (config.remotes().containsKey(name)) {
            throw new CliException(
                    "Remote " + name + " exists as <" + require(config, name).address() + ">");
        }
        if (name.indexOf(':') >= 0 && in.count() == 2) {
            throw new CliException("Remote names may not contain colons");
        }
        String protocol = in.text("protocol");
        if (protocol.equals("simplestreams")) {
            if (!address.startsWith("https://")) {
                throw new CliException("Only https URLs are supported for simplestreams");
            }
            config.remotes().put(name, new Remote(address, "", "", "", protocol, true, false, false));
            config.save();
            return;
        }
        if (!protocol.isEmpty() && !protocol.equals("lxd")) {
            throw new CliException("Invalid protocol: " + protocol);
        }
        if (address.startsWith("unix:") || address.startsWith("/")) {
            String url = address.startsWith("/") ? "unix:" + address : address;
            config.remotes().put(name, new Remote(url, "", "", in.text("project"), "lxd", false, false, false));
            config.save();
            return;
        }
        try {
            JsonObject token = token(address);
            if (token != null) {
                addByToken(
                        in,
                        session,
                        config,
                        token.text("client_name").isEmpty() || in.count() == 2 ? name : in.arg(0),
                        address,
                        token);
            } else {
                addServer(in, session, config, name, address, in.text("password"), "");
            }
        } catch (GeneralSecurityException failure) {
            throw new CliException("no safe connection to " + address + ": " + failure.getMessage());
        }
    }

    /// A token is base64 of a JSON object with addresses and a secret; null if it is none.
    private static @Nullable JsonObject token(String text) {
        try {
            JsonObject token = JsonTree.object(Base64.getDecoder().decode(text));
            return token.has("secret") && token.has("addresses") ? token : null;
        } catch (IllegalArgumentException | WireException noToken) {
            return null;
        }
    }

    private static void addByToken(
            Invocation in, Session session, ClientConfig config, String name, String text, JsonObject token)
            throws IOException, ApiException, CliException, GeneralSecurityException {
        if (in.count() != 2) {
            throw new CliException("give the remote a name: lxc remote add <name> <token>");
        }
        IOException last = new IOException("the token names no address");
        for (String address : token.texts("addresses")) {
            try {
                addServer(in, session, config, name, address, text, token.text("fingerprint"));
                return;
            } catch (IOException unreachable) {
                last = unreachable;
            }
        }
        throw last;
    }

    private static void addServer(
            Invocation in,
            Session session,
            ClientConfig config,
            String name,
            String given,
            String password,
            String fingerprint)
            throws IOException, ApiException, CliException, GeneralSecurityException {
        String url = url(given);
        X509Certificate certificate;
        try {
            certificate = TlsTransport.certificateOf(TlsRemotes.host(url), TlsRemotes.port(url));
        } catch (IOException failure) {
            throw new IOException("Unable to connect to: " + url + " (" + failure.getMessage() + ")", failure);
        }
        String shown = TlsIdentity.fingerprint(certificate);
        if (!fingerprint.isEmpty() && !fingerprint.equals(shown)) {
            throw new CliException("Certificate fingerprint mismatch between certificate token and server " + given);
        }
        if (fingerprint.isEmpty() && !in.has("accept-certificate")) {
            session.out().println("Certificate fingerprint: " + shown);
            String answer = Terminal.ask(session.out(), "ok (y/n/[fingerprint])? ");
            String said = answer == null ? "" : answer.toLowerCase(Locale.ROOT);
            if (!said.equals("y") && !said.equals("yes") && !said.equals(shown)) {
                throw new CliException("Server certificate NACKed by user");
            }
        }
        TlsIdentity identity = in.has("public") ? null : config.identity();
        TlsTransport transport = TlsTransport.to(TlsRemotes.host(url), TlsRemotes.port(url), identity, certificate);
        try (ApiClient api = new ApiClient(new HttpClient(transport))) {
            JsonObject server = api.get("/1.0");
            boolean isPublic = in.has("public") || server.flag("public");
            if (!isPublic && !server.text("auth").equals("trusted")) {
                introduce(in, session, api, password);
                if (!api.get("/1.0").text("auth").equals("trusted")) {
                    throw new CliException("Server doesn't trust us after authentication");
                }
                session.out().println("Client certificate now trusted by server: " + name);
            }
            config.remotes()
                    .put(
                            name,
                            new Remote(
                                    url, isPublic ? "" : "tls", "", in.text("project"), "lxd", isPublic, false, false));
        }
        config.keepServerCertificate(name, TlsIdentity.pem(certificate));
        config.save();
    }

    private static void introduce(Invocation in, Session session, ApiClient api, String password)
            throws IOException, ApiException, CliException {
        String secret = password;
        if (secret.isEmpty()) {
            String asked = Terminal.askSecret(session.out(), "Admin password (or token) for " + in.arg(0) + ": ");
            secret = asked == null ? "" : asked;
        }
        api.call(
                "POST",
                "/1.0/certificates",
                new JsonObject().put("type", "client").put("password", secret).put("name", hostName()));
    }

    private static String hostName() throws IOException {
        return Files.readString(java.nio.file.Path.of("/proc/sys/kernel/hostname"), StandardCharsets.UTF_8)
                .trim();
    }

    /// `host`, `host:port`, `https://host` or an address of IPv6, as a whole URL.
    private static String url(String given) throws CliException {
        if (given.startsWith("http://")) {
            throw new CliException("LXD speaks https only");
        }
        String rest = given.startsWith("https://") ? given.substring(8) : given;
        while (rest.endsWith("/")) {
            rest = rest.substring(0, rest.length() - 1);
        }
        int colons = 0;
        for (int i = 0; i < rest.length(); i++) {
            colons += rest.charAt(i) == ':' ? 1 : 0;
        }
        if (colons > 1 && !rest.startsWith("[")) {
            rest = "[" + rest + "]";
        }
        boolean port = rest.startsWith("[") ? rest.contains("]:") : rest.indexOf(':') >= 0;
        return "https://" + rest + (port ? "" : ":" + TlsRemotes.PORT);
    }

    /// The names under which a command line may name remotes, for completion.
    static List<String> names(ClientConfig config) {
        return List.copyOf(config.remotes().keySet());
    }
}
