package io.lightvisor.cli.config;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.http.SelfSigned;
import io.lightvisor.api.http.TlsIdentity;
import io.lightvisor.cli.out.YamlText;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What the user has set for the client, in `~/.config/lxc` (`LXD_CONF`): `config.yml` (remotes, aliases), `client.crt`
/// and
/// `client.key`, `servercerts/<remote>.crt`. The same files as LXD's client has, in the same shape, so that both may be
/// used
/// side by side. `config.yml` in `/etc/lxd` (`LXD_GLOBAL_CONF`) gives remotes to every user of the machine.
public final class ClientConfig {
    private static final Map<String, String> PRETENDED = new ConcurrentHashMap<>();

    /// Text, not a [Path]: the first path loads two libraries of java.nio, at every start of the command.
    private final String folder;
    private final TreeMap<String, Remote> remotes = new TreeMap<>();
    private final TreeMap<String, String> aliases = new TreeMap<>();
    private String defaultRemote = "local";
    private JsonObject others = new JsonObject();

    private ClientConfig(String folder) {
        this.folder = folder;
    }

    /// Reads the files; what is not there has LXD's defaults.
    public static ClientConfig load() throws IOException {
        return load(folder());
    }

    /// Reads the files of that folder.
    public static ClientConfig load(String folder) throws IOException {
        ClientConfig config = new ClientConfig(folder);
        config.builtIn();
        config.read(global() + "/config.yml", true);
        config.read(config.folder + "/config.yml", false);
        return config;
    }

    private static String folder() {
        String set = environment("LXD_CONF");
        if (!set.isEmpty()) {
            return set;
        }
        String home = environment("HOME");
        return (home.isEmpty() ? System.getProperty("user.home", "/") : home) + "/.config/lxc";
    }

    private static String global() {
        String set = environment("LXD_GLOBAL_CONF");
        return set.isEmpty() ? "/etc/lxd" : set;
    }

    /// Lets a variable seem to be set, for training and tests: the real environment of a JVM cannot be changed.
    public static void pretend(String name, String value) {
        PRETENDED.put(name, value);
    }

    /// An environment variable; empty if not set.
    public static String environment(String name) {
        String value = PRETENDED.get(name);
        if (value != null) {
            return value;
        }
        value = System.getenv(name);
        return value == null ? "" : value;
    }

    private void builtIn() {
        remotes.put("images", images("https://images.linuxcontainers.org", false));
        remotes.put("ubuntu", images("https://cloud-images.ubuntu.com/releases", true));
        remotes.put("ubuntu-daily", images("https://cloud-images.ubuntu.com/daily", true));
        remotes.put("debian", new Remote("debian", "", "", "", "bootstrap", true, true, false));
        remotes.put("busybox", new Remote("busybox", "", "", "", "bootstrap", true, true, false));
        remotes.put("local", new Remote("unix://", "", "", "", "lxd", false, true, false));
    }

    private static Remote images(String url, boolean isStatic) {
        return new Remote(url, "", "", "", "simplestreams", true, isStatic, false);
    }

    private void read(String file, boolean global) throws IOException {
        String text;
        try (FileInputStream in = new FileInputStream(file)) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (FileNotFoundException absent) {
            if (new File(file).exists()) {
                throw absent;
            }
            return;
        }
        JsonObject read = PlainYaml.parse(text);
        if (read == null) {
            read = Yaml.object(text);
        }
        if (!global) {
            others = read;
            // A file of the user's own lists all remotes that are not built in: without "images" it was removed.
            if (read.has("remotes")) {
                remotes.remove("images");
            }
        }
        JsonObject listed = read.object("remotes");
        for (String name : listed.keys()) {
            Remote known = remotes.get(name);
            if (known != null && known.isStatic()) {
                if (name.equals("local") && !listed.object(name).text("project").isEmpty()) {
                    remotes.put(name, known.withProject(listed.object(name).text("project")));
                }
                continue;
            }
            JsonObject remote = listed.object(name);
            String protocol = remote.text("protocol");
            remotes.put(
                    name,
                    new Remote(
                            remote.text("addr"),
                            remote.text("auth_type"),
                            remote.text("domain"),
                            remote.text("project"),
                            protocol.isEmpty() ? "lxd" : protocol,
                            remote.text("public").equals("true"),
                            false,
                            global));
        }
        JsonObject named = read.object("aliases");
        for (String name : named.keys()) {
            aliases.put(name, named.text(name));
        }
        if (!read.text("default-remote").isEmpty()) {
            defaultRemote = read.text("default-remote");
        }
    }

    /// Writes `config.yml` anew: beside it first, then in its place.
    public void save() throws IOException {
        JsonObject file = new JsonObject().put("default-remote", defaultRemote);
        JsonObject listed = new JsonObject();
        for (Map.Entry<String, Remote> each : remotes.entrySet()) {
            Remote remote = each.getValue();
            boolean ownProject = remote.isStatic() && !remote.project().isEmpty();
            if ((remote.isStatic() && !ownProject) || remote.isGlobal()) {
                continue;
            }
            listed.put(
                    each.getKey(),
                    new JsonObject()
                            .put("addr", remote.address())
                            .putText("auth_type", remote.authType())
                            .putText("domain", remote.domain())
                            .putText("project", remote.project())
                            .putText("protocol", remote.protocol())
                            .put("public", remote.isPublic()));
        }
        file.put("remotes", listed);
        file.put("aliases", aliases);
        for (String key : others.keys()) {
            if (!file.has(key)) {
                file.put(key, others.get(key));
            }
        }
        Files.createDirectories(Path.of(folder));
        Path beside = Files.createTempFile(Path.of(folder), "config.yml", ".new");
        Files.writeString(beside, YamlText.of(file), StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString("rw-------"));
        Files.move(beside, Path.of(folder, "config.yml"), StandardCopyOption.ATOMIC_MOVE);
    }

    /// The remotes by name; changes stay until [#save].
    public TreeMap<String, Remote> remotes() {
        return remotes;
    }

    /// The command aliases by name.
    public TreeMap<String, String> aliases() {
        return aliases;
    }

    /// The remote that is meant when none is named: `LXC_REMOTE`, which is never written to the file, or the one that
    /// is set.
    public String defaultRemote() {
        String chosen = environment("LXC_REMOTE");
        return chosen.isEmpty() ? defaultRemote : chosen;
    }

    /// Means another remote when none is named.
    public void setDefaultRemote(String name) {
        defaultRemote = name;
    }

    /// Where the certificate of a remote is kept.
    public Path serverCertificate(String remote) {
        return Path.of(folder, "servercerts").resolve(remote + ".crt");
    }

    /// Keeps the certificate of a remote.
    public void keepServerCertificate(String remote, String pem) throws IOException {
        Path file = serverCertificate(remote);
        Files.createDirectories(Path.of(folder, "servercerts"));
        Files.writeString(file, pem, StandardCharsets.US_ASCII);
    }

    /// The client's certificate if it has one.
    public @Nullable TlsIdentity identityIfAny() throws IOException, GeneralSecurityException {
        Path certificate = Path.of(folder, "client.crt");
        return Files.exists(certificate) ? TlsIdentity.read(certificate, Path.of(folder, "client.key")) : null;
    }

    /// The client's certificate; makes one at the first call.
    public TlsIdentity identity() throws IOException, GeneralSecurityException {
        TlsIdentity known = identityIfAny();
        if (known != null) {
            return known;
        }
        TlsIdentity made = SelfSigned.client(environment("USER").isEmpty() ? "root@lxc" : environment("USER") + "@lxc");
        var pem = SelfSigned.pem(made);
        Files.createDirectories(Path.of(folder));
        write(Path.of(folder, "client.key"), pem.get(1), "rw-------");
        write(Path.of(folder, "client.crt"), pem.get(0), "rw-r--r--");
        return made;
    }

    private static void write(Path file, String text, String mode) throws IOException {
        var permissions = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
        Files.deleteIfExists(file);
        try (var channel = Files.newByteChannel(
                file, java.util.Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), permissions)) {
            channel.write(java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        }
    }
}
