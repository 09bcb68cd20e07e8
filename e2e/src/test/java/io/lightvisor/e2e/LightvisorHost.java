package io.lightvisor.e2e;

import io.lightvisor.api.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// An installation and its daemon, on a state folder and a bridge of its own, one for all tests.
///
/// Its pool, bridge and default profile are set up by `lxd init --preseed`, and the busybox image is built that
/// most tests launch. The folder is a new one in `/tmp`, as the path of a unix socket must be short.
///
/// With the system property `lightvisor.reference` the daemon is Debian's LXD 5.0.2 instead: tests that hold there
/// too are right about what drop-in means. The property names a busybox image file, as LXD cannot build one.
final class LightvisorHost implements AutoCloseable {
    /// The bridge; a test that needs another appends a letter.
    static final String BRIDGE = freeName();

    static final String BUSYBOX = "busybox";

    private final Path prefix;
    private final Path folder;
    private final Path lxdDir;
    private final HostState before;
    private final Set<String> veths = new TreeSet<>();
    private final Set<String> groups = new TreeSet<>();
    private final Lxc ours;
    private final Lxc debians;
    private final Api api;
    private final Daemon daemon;
    private boolean ended;

    private LightvisorHost(Path prefix) throws IOException {
        this.prefix = prefix;
        before = HostState.read();
        folder = Files.createTempDirectory(
                Path.of("/tmp"),
                "lightvisor-e2e-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        lxdDir = Files.createDirectory(folder.resolve("lxd"));
        Files.setPosixFilePermissions(lxdDir, PosixFilePermissions.fromString("rwx--x--x"));
        ours = client(prefix.resolve("bin/lxc"), "ours");
        debians = client(Path.of("/usr/bin/lxc"), "debians");
        api = new Api(lxdDir.resolve("unix.socket"));
        daemon = new Daemon(prefix, lxdDir, folder);
    }

    /// A name that no link of this host has, not even one that a killed run has left.
    private static String freeName() {
        for (int i = 0; ; i++) {
            String name = "lvtest" + i;
            if (Files.notExists(Path.of("/sys/class/net", name))) {
                return name;
            }
        }
    }

    static LightvisorHost start() {
        try {
            var host = new LightvisorHost(reference() == null ? Installation.find() : Path.of("/usr"));
            try {
                host.initialise();
                // For a run that is ended by ^C: nothing else of JUnit comes to its end then.
                Runtime.getRuntime().addShutdownHook(new Thread(host::close, "clean up"));
            } catch (RuntimeException | Error e) {
                host.daemon.kill();
                host.removeFolder();
                throw e;
            }
            return host;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path prefix() {
        return prefix;
    }

    Path lxdDir() {
        return lxdDir;
    }

    /// A folder for files of tests, removed at the end.
    Path scratch() {
        return folder;
    }

    Lxc ours() {
        return ours;
    }

    Lxc debians() {
        return debians;
    }

    Api api() {
        return api;
    }

    /// A client with a configuration of its own, as on another machine.
    Lxc client(Path program, String name) throws IOException {
        return new Lxc(program, lxdDir, Files.createDirectories(folder.resolve("home-" + name)));
    }

    static String reference() {
        return System.getProperty("lightvisor.reference");
    }

    Daemon daemon() {
        return daemon;
    }

    /// What lies below LXD_DIR, four levels deep, but for the database, logs and leases: what a refused request may
    /// not change.
    List<String> stateFiles() {
        return Program.of(
                        "find",
                        lxdDir.toString(),
                        "-maxdepth",
                        "4",
                        "-not",
                        "-path",
                        "*/database*",
                        "-not",
                        "-path",
                        "*/logs*",
                        "-not",
                        "-path",
                        "*/networks/*")
                .run()
                .lines()
                .stream()
                .sorted()
                .toList();
    }

    private void initialise() {
        daemon.lxd("init", "--preseed")
                .run("""
                        config: {}
                        networks:
                        - name: %s
                          type: bridge
                          config: {ipv4.address: %s, ipv4.nat: "true", ipv6.address: none}
                        storage_pools:
                        - {name: default, driver: %s}
                        profiles:
                        - name: default
                          devices:
                            root: {type: disk, path: /, pool: default}
                            eth0: {type: nic, name: eth0, network: %s}
                        """.formatted(
                        BRIDGE,
                        reference() == null ? "auto" : "10.78.71.1/24",
                        reference() == null ? "overlay" : "dir",
                        BRIDGE).getBytes())
                .ok();
        if (reference() == null) {
            ours.run("image", "copy", "busybox:", "local:", "--alias", BUSYBOX);
        } else {
            debians.run("image", "import", reference(), "--alias", BUSYBOX);
        }
    }

    // --- instances

    /// Launches a busybox container with our client.
    void launch(String name) {
        tool().run("launch", BUSYBOX, name);
    }

    /// The client that tests use for what is not their subject.
    Lxc tool() {
        return reference() == null ? ours : debians;
    }

    /// The state that `lxc list` shows: RUNNING, STOPPED, FROZEN, or nothing if there is no such instance.
    String state(String name) {
        return tool().run("list", "^" + name + "$", "--format", "csv", "--columns", "s");
    }

    JsonObject instance(String name) {
        return api.get("/1.0/instances/" + name).metadata();
    }

    /// Waits until the instance has this state, asking as a script outside would.
    void awaitState(String name, String state, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!state.equals(state(name))) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        name + " is " + state(name) + " instead of " + state + " after " + limit + "\n" + daemon.log());
            }
            pause();
        }
    }

    /// The IPv4 address on eth0 of a running instance, as soon as it has one.
    String awaitAddress(String name) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < end) {
            var network =
                    api.get("/1.0/instances/" + name + "/state").metadata().object("network");
            for (var address : network.object("eth0").objects("addresses")) {
                if (address.text("family").equals("inet")
                        && address.text("scope").equals("global")) {
                    return address.text("address");
                }
            }
            pause();
        }
        throw new AssertionError(name + " has no address after 20 s: "
                + api.get("/1.0/instances/" + name + "/state").text());
    }

    static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /// Deletes what tests make: all instances, all images but busybox and Debian's, all profiles but the default
    /// one.
    void clean() {
        if (ended) {
            return;
        }
        try {
            if (!daemon.isAlive()) {
                daemon.startAgain();
            }
            for (var instance : api.get("/1.0/instances?recursion=1").json().objects("metadata")) {
                instance.object("config").map().forEach((key, value) -> {
                    if (key.endsWith(".host_name")) {
                        veths.add(String.valueOf(value));
                    }
                });
                noteGroups(instance.text("name"));
                delete(instance.text("name"));
            }
            for (var image : api.get("/1.0/images?recursion=1").json().objects("metadata")) {
                if (image.objects("aliases").stream().noneMatch(alias -> KEPT.contains(alias.text("name")))) {
                    tool().run("image", "delete", image.text("fingerprint"));
                }
            }
            for (var profile : api.get("/1.0/profiles?recursion=1").json().objects("metadata")) {
                if (!profile.text("name").equals("default")) {
                    tool().run("profile", "delete", profile.text("name"));
                }
            }
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("cannot clean up after the test\n" + daemon.log(), e);
        }
    }

    /// Remembers where in /sys/fs/cgroup this daemon keeps its instances, to look there at the end.
    private void noteGroups(String name) {
        long pid = api.get("/1.0/instances/" + name + "/state").metadata().number("pid");
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/cgroup"))) {
                int at = line.indexOf("lightvisor");
                if (at >= 0) {
                    groups.add(line.substring(at).split("/")[0]);
                }
            }
        } catch (IOException e) {
            // It does not run.
        }
    }

    /// LXD 5.0.2 is busy with a container for a while after it has ended by itself.
    private void delete(String name) {
        Program.Result result = tool().call("delete", "--force", name);
        for (int i = 0; i < 100 && reference() != null && result.err().contains("Instance is busy"); i++) {
            pause();
            result = tool().call("delete", "--force", name);
        }
        result.ok();
    }

    private static final Set<String> KEPT = Set.of(BUSYBOX, "debian12", "nest");

    // --- the end

    /// Deletes everything, stops the daemon, and returns what is then left of it on the host: nothing, if all is
    /// well.
    List<String> end() {
        clean();
        for (var image : api.get("/1.0/images?recursion=1").json().objects("metadata")) {
            tool().run("image", "delete", image.text("fingerprint"));
        }
        tool().feed("config: {}\ndevices: {}\n", "profile", "edit", "default").ok();
        tool().run("network", "delete", BRIDGE);
        tool().run("storage", "delete", "default");
        daemon.stop();
        ended = true;
        return HostState.read().leftSince(before, folder, veths, groups);
    }

    @Override
    public void close() {
        if (Files.notExists(folder)) {
            return;
        }
        if (!ended) {
            // Only when the last class did not run, as with one chosen test: the same, without a verdict.
            end();
        }
        removeFolder();
    }

    private void removeFolder() {
        Program.of("find", folder.toString(), "-xdev", "-delete").run();
    }
}
