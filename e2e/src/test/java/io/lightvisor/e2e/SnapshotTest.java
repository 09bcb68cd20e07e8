package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Snapshots, copies, moves and images of instances, in pools of both drivers.
@OnLightvisor
@Needs({Need.ROOT, Need.DEBIANS_LXC})
@ParameterizedClass
@EnumSource(Client.class)
final class SnapshotTest {
    private final LightvisorHost host;
    private final Lxc lxc;

    SnapshotTest(Client client, LightvisorHost host) {
        this.host = host;
        lxc = client.on(host);
    }

    @BeforeEach
    void makePool() {
        host.tool().run("storage", "create", "folders", "dir");
    }

    @AfterEach
    void removePool() {
        host.clean();
        host.tool().run("storage", "delete", "folders");
    }

    private void init(String name, String pool) {
        lxc.run("init", LightvisorHost.BUSYBOX, name, "--storage", pool);
    }

    private String inside(String name, String... command) {
        var arguments = new java.util.ArrayList<>(List.of("exec", name, "--"));
        arguments.addAll(List.of(command));
        return lxc.run(arguments.toArray(String[]::new));
    }

    private String snapshots(String name) {
        var names = new StringBuilder();
        for (var each : host.api()
                .get("/1.0/instances/" + name + "/snapshots?recursion=1")
                .json()
                .objects("metadata")) {
            names.append(names.isEmpty() ? "" : " ").append(each.text("name"));
        }
        return names.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "folders"})
    void restore_stoppedAndRunning(String pool) {
        init("c1", pool);
        lxc.run("config", "set", "c1", "user.x", "before");
        lxc.run("snapshot", "c1");
        lxc.run("start", "c1");
        inside("c1", "sh", "-c", "echo one > /root/file; rm /etc/passwd");
        lxc.run("snapshot", "c1", "live");
        inside("c1", "sh", "-c", "echo two > /root/file");
        lxc.run("config", "set", "c1", "user.x", "after");
        assertEquals("snap0 live", snapshots("c1"));
        assertEquals("2", lxc.run("list", "c1", "--format", "csv", "--columns", "S"));
        assertTrue(lxc.run("info", "c1").contains("live"));

        lxc.run("restore", "c1", "live");
        assertEquals("RUNNING", host.state("c1"));
        assertEquals("one", inside("c1", "cat", "/root/file"));
        assertEquals("before", lxc.run("config", "get", "c1", "user.x"));
        lxc.call("exec", "c1", "--", "ls", "/etc/passwd").exits(1);

        lxc.run("stop", "--force", "c1");
        lxc.run("restore", "c1", "snap0");
        lxc.run("start", "c1");
        lxc.call("exec", "c1", "--", "ls", "/root/file").exits(1);
        inside("c1", "ls", "/etc/passwd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "folders"})
    void copy_hasSnapshotsAndIdsOfItsOwn(String pool) {
        init("c1", pool);
        lxc.run("snapshot", "c1", "s1");
        lxc.run("config", "set", "c1", "user.x", "1");
        lxc.run("copy", "c1", "c2", "-c", "user.y=2");
        lxc.run("copy", "c1/s1", "c3");
        lxc.run("copy", "c1", "c4", "--instance-only", "--ephemeral");

        assertEquals("s1", snapshots("c2"));
        assertEquals("", snapshots("c3"));
        assertEquals("", snapshots("c4"));
        assertEquals("1", lxc.run("config", "get", "c2", "user.x"));
        assertEquals("2", lxc.run("config", "get", "c2", "user.y"));
        assertEquals("", lxc.run("config", "get", "c3", "user.x"));
        for (var key : List.of("volatile.uuid", "volatile.eth0.hwaddr", "volatile.cloud-init.instance-id")) {
            assertNotEquals(
                    host.instance("c1").object("config").text(key),
                    host.instance("c2").object("config").text(key),
                    key);
        }
        lxc.run("start", "c2");
        assertEquals("c2", inside("c2", "hostname"));
        assertEquals("c2", inside("c2", "cat", "/etc/hostname"));
        inside("c2", "touch", "/root/own");
        lxc.run("start", "c1", "c4");
        lxc.call("exec", "c1", "--", "ls", "/root/own").exits(1);
        lxc.run("stop", "--force", "c4");
        assertEquals("", host.state("c4"));
        lxc.run("delete", "--force", "c1");
        inside("c2", "ls", "/root/own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "folders"})
    void copy_refresh(String pool) {
        init("c1", pool);
        lxc.run("copy", "c1", "c2");
        lxc.run("start", "c1");
        inside("c1", "touch", "/root/later");
        lxc.run("stop", "--force", "c1");
        lxc.run("snapshot", "c1", "s1");
        lxc.run("copy", "c1", "c2", "--refresh");
        assertEquals("s1", snapshots("c2"));
        lxc.run("start", "c2");
        inside("c2", "ls", "/root/later");
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "folders"})
    void move_betweenPoolsAndNames(String pool) {
        init("c1", pool);
        lxc.run("start", "c1");
        inside("c1", "touch", "/root/file");
        lxc.run("stop", "--force", "c1");
        lxc.run("snapshot", "c1", "s1");
        String other = pool.equals("default") ? "folders" : "default";
        lxc.run("move", "c1", "--storage", other);
        assertEquals(
                other,
                host.instance("c1").object("expanded_devices").object("root").text("pool"));
        lxc.run("move", "c1", "c2");
        assertEquals("s1", snapshots("c2"));
        lxc.run("restore", "c2", "s1");
        lxc.run("start", "c2");
        inside("c2", "ls", "/root/file");
        lxc.call("move", "c2", "--storage", pool).failsWith("Error:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "folders"})
    void publish_instanceAndSnapshot(String pool) {
        init("c1", pool);
        lxc.run("start", "c1");
        inside("c1", "sh", "-c", "echo kept > /root/file; rm /etc/passwd; ln /root/file /root/hard; mkfifo /root/fifo");
        inside("c1", "ln", "-s", "/etc/shadow", "/root/link");
        lxc.call("publish", "c1", "--alias", "pub").failsWith("Error:");
        lxc.run("snapshot", "c1", "s1");
        lxc.run("publish", "c1", "--force", "--alias", "pub", "os=mine", "--public");
        assertEquals("RUNNING", host.state("c1"));
        lxc.run("publish", "c1/s1", "--alias", "pub2", "--compression", "zstd");
        var image = host.api().get("/1.0/images/aliases/pub").metadata().text("target");
        var record = host.api().get("/1.0/images/" + image).metadata();
        assertEquals("mine", record.object("properties").text("os"));
        for (var alias : List.of("pub", "pub2")) {
            lxc.run("launch", alias, "p-" + alias, "--storage", pool);
            assertEquals("kept", inside("p-" + alias, "cat", "/root/hard"));
            assertEquals("/etc/shadow", inside("p-" + alias, "readlink", "/root/link"));
            assertEquals("p-" + alias, inside("p-" + alias, "cat", "/etc/hostname"));
            lxc.call("exec", "p-" + alias, "--", "ls", "/etc/passwd").exits(1);
        }
        lxc.call("publish", "c1/nope").failsWith("not found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "folders"})
    void killed_betweenDiskAndRecord_isPutRight(String pool) throws IOException {
        init("c1", pool);
        lxc.run("snapshot", "c1", "good");
        var folder = host.lxdDir().resolve("storage-pools/" + pool + "/containers-snapshots/c1");
        host.daemon().kill();
        // What a daemon leaves that is killed after it made a snapshot, or before it deleted one.
        Program.of(
                        "cp",
                        "-a",
                        folder.resolve("good").toString(),
                        folder.resolve("half").toString())
                .run()
                .ok();
        Files.createSymbolicLink(folder.resolve("half/.unsettled"), Path.of("unrecorded"));
        Files.createSymbolicLink(folder.resolve("good/.unsettled"), Path.of("unrecorded"));
        Files.createDirectories(host.lxdDir().resolve("storage-pools/" + pool + "/.staging/c9-snapshot-x/rootfs"));
        host.daemon().startAgain();

        assertEquals("good", snapshots("c1"));
        assertFalse(Files.exists(folder.resolve("half")), "half a snapshot is left");
        assertFalse(Files.exists(folder.resolve("good/.unsettled"), java.nio.file.LinkOption.NOFOLLOW_LINKS));
        lxc.run("restore", "c1", "good");
        lxc.run("start", "c1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"default"})
    void badInput_isRefusedAndLosesNothing(String pool) {
        init("c1", pool);
        lxc.run("snapshot", "c1", "s1");
        lxc.call("snapshot", "c1", "s1").failsWith("s1");
        for (var name : List.of("a/b", "a b", "..", "x".repeat(65536), "a\\nb", "%2e%2e", "a\\u0000b")) {
            var answer = host.api().send("POST", "/1.0/instances/c1/snapshots", "{\"name\": \"" + name + "\"}");
            assertEquals(400, answer.status(), name.length() > 20 ? "64 KiB" : name);
        }
        assertEquals(
                404,
                host.api().send("POST", "/1.0/instances/nope/snapshots", "{}").status());
        assertEquals(404, host.api().get("/1.0/instances/c1/snapshots/nope").status());
        assertEquals(
                404,
                host.api()
                        .send("DELETE", "/1.0/instances/c1/snapshots/nope", "")
                        .status());
        assertEquals(
                404,
                host.api()
                        .send("PUT", "/1.0/instances/c1", "{\"restore\": \"nope\"}")
                        .status());
        assertEquals(
                400,
                host.api()
                        .send("POST", "/1.0/instances/c1/snapshots", "{\"name\": \"x\", \"stateful\": true}")
                        .status());
        assertEquals("s1", snapshots("c1"));
        lxc.run("config", "set", "c1", "security.protection.delete", "true");
        lxc.call("delete", "c1").failsWith("protected");
        lxc.run("config", "unset", "c1", "security.protection.delete");
        lxc.run("snapshot", "c1", "s2");
        host.api().operation("POST", "/1.0/instances/c1/snapshots/s2", "{\"name\": \"renamed\"}");
        lxc.run("delete", "c1/renamed");
        assertEquals("s1", snapshots("c1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "folders"})
    void twoClientsAtOnce_oneWins(String pool) throws Exception {
        init("c1", pool);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new java.util.ArrayList<java.util.concurrent.Future<Program.Result>>();
            for (int i = 0; i < 4; i++) {
                calls.add(executor.submit(() -> lxc.call("snapshot", "c1", "same")));
            }
            int won = 0;
            for (var call : calls) {
                won += call.get().exit() == 0 ? 1 : 0;
            }
            assertEquals(1, won);
        }
        assertEquals("same", snapshots("c1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"default"})
    void expiryAndPattern(String pool) {
        init("c1", pool);
        lxc.run("config", "set", "c1", "snapshots.pattern", "{{ creation_date|date:\"2006\" }}-x%d");
        lxc.run("config", "set", "c1", "snapshots.expiry", "1d");
        lxc.run("snapshot", "c1");
        String year = Instant.now().toString().substring(0, 4);
        assertEquals(year + "-x0", snapshots("c1"));
        lxc.run("snapshot", "c1", "never", "--no-expiry");
        var all =
                host.api().get("/1.0/instances/c1/snapshots?recursion=1").json().objects("metadata");
        assertTrue(Instant.parse(all.get(0).text("expires_at"))
                .isAfter(Instant.now().plus(Duration.ofHours(23))));
        assertTrue(Instant.parse(all.get(1).text("expires_at")).isBefore(Instant.EPOCH));
        String soon = Instant.now().plusSeconds(1).toString();
        host.api()
                .operation("PUT", "/1.0/instances/c1/snapshots/" + year + "-x0", "{\"expires_at\": \"" + soon + "\"}");
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!snapshots("c1").equals("never") && System.nanoTime() < end) {
            LightvisorHost.pause();
        }
        assertEquals("never", snapshots("c1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "folders"})
    void hostileRoot_touchesNothingOfTheHost(String pool) throws IOException {
        var canary = host.scratch().resolve("canary");
        Files.createDirectories(canary.resolve("etc"));
        Files.writeString(canary.resolve("etc/hostname"), "canary");
        init("c1", pool);
        lxc.run("start", "c1");
        inside(
                "c1",
                "sh",
                "-c",
                "cd /root; ln -s " + canary + " to-host; rm -rf /etc /tmp; ln -s " + canary
                        + "/etc /etc; mkfifo pipe; ln -s ../../../../../../.. up");
        lxc.run("snapshot", "c1", "s1");
        lxc.run("stop", "--force", "c1");
        lxc.run("snapshot", "c1", "s2");
        lxc.run("copy", "c1", "c2");
        lxc.call("start", "c2");
        lxc.call("stop", "--force", "c2");
        lxc.run("restore", "c1", "s1");
        lxc.run("publish", "c1", "--alias", "hostile");
        lxc.run("delete", "c1", "c2");
        assertEquals("canary", Files.readString(canary.resolve("etc/hostname"), StandardCharsets.UTF_8));
        try (var left = Files.list(canary.resolve("etc"))) {
            assertEquals(1, left.count());
        }
    }
}
