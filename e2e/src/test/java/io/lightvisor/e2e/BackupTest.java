package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Backups of instances: exported, imported, kept by the server.
@OnLightvisor
@Needs({Need.ROOT, Need.DEBIANS_LXC})
@ParameterizedClass
@EnumSource(Client.class)
final class BackupTest {
    private final LightvisorHost host;
    private final Lxc lxc;

    BackupTest(Client client, LightvisorHost host) {
        this.host = host;
        lxc = client.on(host);
    }

    private Path archive(String name) throws IOException {
        var file = host.scratch().resolve(name);
        Files.deleteIfExists(file);
        return file;
    }

    private static String tar(String... arguments) {
        var words = new java.util.ArrayList<>(List.of("tar"));
        words.addAll(List.of(arguments));
        return Program.of(words.toArray(String[]::new)).run().ok().out();
    }

    @Test
    void export_ofRunning_thenImport() throws IOException {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1", "-c", "user.own=yes: \"1\"");
        lxc.run("exec", "c1", "--", "sh", "-c", "echo kept > /root/f; rm /etc/hosts; chown 1000:1001 /root/f");
        var file = archive("c1.tar.gz");
        lxc.run("export", "c1", file.toString());
        String names = tar("tf", file.toString());
        assertTrue(names.startsWith("backup/index.yaml\n"), names);
        assertTrue(names.contains("backup/container/rootfs/root/f\n"), names);
        assertFalse(names.contains("backup/container/rootfs/etc/hosts\n"), names);
        assertTrue(names.contains("backup/container/backup.yaml\n"), names);
        lxc.run("import", file.toString(), "c2");
        assertEquals("STOPPED", host.state("c2"));
        assertEquals("yes: \"1\"", lxc.run("config", "get", "c2", "user.own"));
        lxc.run("start", "c2");
        assertEquals("kept", lxc.run("exec", "c2", "--", "cat", "/root/f"));
        assertEquals("1000 1001", lxc.run("exec", "c2", "--", "stat", "-c", "%u %g", "/root/f"));
        assertEquals(1, lxc.call("exec", "c2", "--", "test", "-e", "/etc/hosts").exit());
        assertFalse(
                lxc.run("config", "get", "c1", "volatile.eth0.hwaddr")
                        .equals(lxc.run("config", "get", "c2", "volatile.eth0.hwaddr")),
                "two of one address");
        // Nothing is kept on the server.
        assertTrue(host.api().get("/1.0/instances/c1/backups").text().contains("\"metadata\":[]"));
    }

    @Test
    void export_withSnapshots_intoOtherPool() throws IOException {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        lxc.run("snapshot", "c1", "one");
        lxc.run("start", "c1");
        lxc.run("exec", "c1", "--", "sh", "-c", "echo 2 > /root/two");
        lxc.run("snapshot", "c1", "two");
        lxc.run("exec", "c1", "--", "rm", "/root/two");
        var file = archive("snapshots.tar");
        lxc.run("export", "c1", file.toString(), "--compression", "none");
        lxc.run("storage", "create", "plain", "dir");
        lxc.run("import", file.toString(), "c2", "--storage", "plain");
        lxc.run("restore", "c2", "two");
        lxc.run("start", "c2");
        assertEquals("2", lxc.run("exec", "c2", "--", "cat", "/root/two"));
        lxc.run("stop", "--force", "c2");
        lxc.run("restore", "c2", "one");
        lxc.run("start", "c2");
        assertEquals(1, lxc.call("exec", "c2", "--", "test", "-e", "/root/two").exit());
        var alone = archive("alone.tar");
        lxc.run("export", "c2", alone.toString(), "--compression", "none", "--instance-only");
        assertFalse(tar("tf", alone.toString()).contains("backup/snapshots/"));
        lxc.run("delete", "--force", "c2");
        lxc.run("storage", "delete", "plain");
    }

    @Test
    void import_ofTakenName() throws IOException {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        var file = archive("c1.tar");
        lxc.run("export", "c1", file.toString(), "--compression", "none");
        lxc.call("import", file.toString()).failsWith("Instance \"c1\" already exists");
        lxc.call("import", file.toString(), "c2", "--storage", "nowhere").failsWith("Storage pool not found");
        lxc.run("delete", "c1");
        lxc.run("import", file.toString());
        assertEquals("STOPPED", host.state("c1"));
    }

    @Test
    void export_badCompression() {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        lxc.call("export", "c1", host.scratch().resolve("x.tar").toString(), "--compression", "foo")
                .failsWith("Invalid compression algorithm \"foo\"");
        lxc.call("export", "c1", host.scratch().resolve("x.tar").toString(), "--compression", "gzip -o/tmp/x")
                .failsWith("Invalid compression algorithm");
    }

    @Test
    void backups_onTheServer() {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        var api = host.api();
        var made = api.operation("POST", "/1.0/instances/c1/backups", "{\"compression_algorithm\":\"none\"}");
        assertEquals("Success", made.text("status"));
        assertTrue(made.toString().contains("/1.0/backups/backup0"), made::toString);
        api.operation("POST", "/1.0/instances/c1/backups", "{\"name\":\"mine\",\"instance_only\":true}");
        assertEquals(
                409,
                api.send("POST", "/1.0/instances/c1/backups", "{\"name\":\"mine\"}")
                        .status());
        assertEquals(
                "Backup names may not contain slashes",
                api.send("POST", "/1.0/instances/c1/backups", "{\"name\":\"a/b\"}")
                        .error());
        assertEquals(404, api.get("/1.0/instances/c1/backups/none").status());
        assertTrue(
                api.get("/1.0/instances/c1/backups/mine").text().contains("\"expires_at\":\"0001-01-01T00:00:00Z\""));
        api.operation("POST", "/1.0/instances/c1/backups/mine", "{\"name\":\"other\"}");
        lxc.run("move", "c1", "c2");
        String list = api.get("/1.0/instances/c2/backups").text();
        assertTrue(list.contains("[\"/1.0/instances/c2/backups/backup0\",\"/1.0/instances/c2/backups/other\"]"), list);
        var body = api.get("/1.0/instances/c2/backups/backup0/export");
        assertEquals(String.valueOf(body.body().length), body.headers().get("content-length"));
        assertTrue(
                new String(body.body(), 0, 17, java.nio.charset.StandardCharsets.US_ASCII).equals("backup/index.yaml"));
        api.operation("DELETE", "/1.0/instances/c2/backups/other", "");
        assertFalse(Files.exists(host.lxdDir().resolve("backups/instances/c2/other")));
        lxc.run("delete", "c2");
        assertFalse(Files.exists(host.lxdDir().resolve("backups/instances/c2")), "backups outlived their instance");
    }

    @Test
    void backup_expires() throws Exception {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        var api = host.api();
        api.operation(
                "POST",
                "/1.0/instances/c1/backups",
                "{\"name\":\"short\",\"expires_at\":\"" + Instant.now().plusMillis(600) + "\"}");
        await(() -> !Files.exists(host.lxdDir().resolve("backups/instances/c1/short")));
        assertEquals(404, api.get("/1.0/instances/c1/backups/short").status());
    }

    private interface Check {
        boolean holds() throws IOException;
    }

    private static void await(Check check) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!check.holds()) {
            assertTrue(System.nanoTime() < end, "waited in vain");
            Thread.sleep(20);
        }
    }

    @Test
    void backupYaml_followsChanges() throws Exception {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        var file = host.lxdDir().resolve("containers/c1/backup.yaml");
        await(() -> Files.exists(file));
        lxc.run("config", "set", "c1", "user.mark", "here");
        await(() -> Files.readString(file).contains("user.mark: here"));
        lxc.run("profile", "create", "p1");
        lxc.run("profile", "add", "c1", "p1");
        lxc.run("profile", "set", "p1", "user.profile", "there");
        await(() -> Files.readString(file).contains("user.profile: there"));
        lxc.run("move", "c1", "c2");
        var moved = host.lxdDir().resolve("containers/c2/backup.yaml");
        await(() -> Files.exists(moved) && Files.readString(moved).contains("name: c2\n"));
        assertEquals(
                "r--------",
                java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(moved)));
    }

    /// A pool that no record knows, as after the loss of the database: its instance comes back.
    @Test
    void recover_lostPool() throws Exception {
        var pool = Files.createTempDirectory(host.scratch(), "pool");
        var kept = Files.createTempDirectory(host.scratch(), "kept").resolve("pool");
        lxc.run("storage", "create", "lost", "dir", "source=" + pool);
        lxc.run("init", LightvisorHost.BUSYBOX, "c1", "-s", "lost", "-c", "user.mark=here");
        await(() -> Files.exists(pool.resolve("containers/c1/backup.yaml")));
        Program.of("cp", "-a", pool.toString(), kept.toString()).run().ok();
        lxc.run("delete", "c1");
        lxc.run("storage", "delete", "lost");
        var lxd = "LXD_DIR=" + host.lxdDir() + " " + host.prefix().resolve("bin/lxd") + " recover";
        var result = Program.of("sh", "-c", "printf 'yes\\nlost\\ndir\\n" + kept + "\\n\\nno\\nyes\\nyes\\n' | " + lxd)
                .run()
                .ok();
        assertTrue(result.out().contains("Container \"c1\" on pool \"lost\" in project \"default\""), result.out());
        assertEquals("here", lxc.run("config", "get", "c1", "user.mark"));
        lxc.run("start", "c1");
        assertTrue(lxc.run("exec", "c1", "--", "id").contains("uid=0"));
        lxc.run("delete", "--force", "c1");
        lxc.run("storage", "delete", "lost");
    }

    /// What is no backup, is cut, or leads out: refused with a word, nothing left, the host as it was.
    @Test
    void import_hostile() throws Exception {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        var good = archive("good.tar");
        lxc.run("export", "c1", good.toString(), "--compression", "none");
        var canary = Files.createTempDirectory(host.scratch(), "canary");
        Files.writeString(canary.resolve("bird"), "alive");

        var text = archive("text.tar");
        Files.writeString(text, "hello");
        lxc.call("import", text.toString(), "bad").failsWith("Unsupported compression");

        var cut = archive("cut.tar");
        byte[] whole = Files.readAllBytes(good);
        Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
        lxc.call("import", cut.toString(), "bad").failsWith("cut short");

        var unpacked = Files.createTempDirectory(host.scratch(), "unpacked");
        tar("xf", good.toString(), "-C", unpacked.toString(), "--numeric-owner");
        var root = unpacked.resolve("backup/container/rootfs");
        Files.createSymbolicLink(root.resolve("out"), canary);
        var evil = archive("evil.tar");
        tar("cf", evil.toString(), "-C", unpacked.toString(), "--numeric-owner", "backup");
        Files.createDirectories(unpacked.resolve("more/backup/container/rootfs/out"));
        Files.writeString(unpacked.resolve("more/backup/container/rootfs/out/x"), "bad");
        tar("rf", evil.toString(), "-C", unpacked.resolve("more").toString(), "backup/container/rootfs/out/x");
        lxc.call("import", evil.toString(), "bad").failsWith("leads through a link");

        var lie = archive("lie.tar");
        var index = unpacked.resolve("backup/index.yaml");
        String honest = Files.readString(index);
        for (String bad : List.of(
                honest.replace("architecture: x86_64", "architecture: vax"),
                honest.replace("name: c1", "name: ../../canary"),
                honest.replace("- default\n", "- none-such\n"),
                honest.replace("optimized: false", "optimized: true"),
                honest.replaceFirst("config:", "snapshots: [\"../../x\"]\nconfig:"))) {
            Files.writeString(index, bad);
            Files.deleteIfExists(lie);
            tar("cf", lie.toString(), "-C", unpacked.toString(), "--numeric-owner", "backup");
            assertEquals(1, lxc.call("import", lie.toString(), "bad").exit(), bad);
        }

        assertEquals("alive", Files.readString(canary.resolve("bird")));
        try (var all = Files.list(canary)) {
            assertEquals(List.of(canary.resolve("bird")), all.toList());
        }
        assertEquals("", host.state("bad"));
        assertFalse(Files.exists(host.lxdDir().resolve("containers/bad"), LinkOption.NOFOLLOW_LINKS));
        try (var left = Files.newDirectoryStream(host.lxdDir().resolve("backups"), ".import-*")) {
            assertFalse(left.iterator().hasNext(), "an archive was left behind");
        }
        var noName = host.api()
                .send(
                        "POST",
                        "/1.0/instances",
                        Map.of("Content-Type", "application/octet-stream", "Content-Length", "0"),
                        out -> {});
        assertEquals(400, noName.status(), noName::text);
    }
}
