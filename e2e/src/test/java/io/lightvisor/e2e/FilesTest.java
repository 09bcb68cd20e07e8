package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The files of instances that run and that do not, with each client; and roots that lead elsewhere.
@OnLightvisor
@Needs({Need.ROOT, Need.DEBIANS_LXC})
@ParameterizedClass
@EnumSource(Client.class)
final class FilesTest {
    private final LightvisorHost host;
    private final Lxc lxc;
    private final Api api;

    FilesTest(Client client, LightvisorHost host) {
        this.host = host;
        lxc = client.on(host);
        api = host.api();
    }

    private static String url(String path) {
        return "/1.0/instances/c1/files?path=" + path;
    }

    private Api.Answer post(String path, String body, Map<String, String> headers) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        var all = new java.util.HashMap<>(headers);
        all.put("Content-Length", String.valueOf(bytes.length));
        return api.send("POST", url(path), all, out -> out.write(bytes));
    }

    @Test
    void files_running() throws IOException {
        host.launch("c1");
        pushPullEditDelete();
        answers();
        hostile();
        assertEquals(
                "0",
                lxc.run("exec", "c1", "--", "stat", "-c", "%u", "/tmp/plain").strip());
    }

    @Test
    void files_stopped() throws IOException {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        pushPullEditDelete();
        answers();
        hostile();
        lxc.run("start", "c1");
        assertEquals("over", lxc.run("exec", "c1", "--", "cat", "/tmp/plain").strip());
    }

    private void pushPullEditDelete() throws IOException {
        Path from = Files.createDirectories(host.scratch().resolve("from-" + System.nanoTime()));
        Path to = Files.createDirectories(host.scratch().resolve("to-" + System.nanoTime()));
        Path folder = Files.createDirectories(from.resolve("tree/sub"));
        for (int i = 0; i < 50; i++) {
            Files.writeString(folder.resolve("f" + i), "content " + i);
        }
        byte[] big = new byte[3_000_000];
        new java.util.Random(1).nextBytes(big);
        Files.write(from.resolve("tree/big"), big);
        Files.createSymbolicLink(from.resolve("tree/link"), Path.of("sub/f1"));
        lxc.run("file", "push", "-q", "-r", "-p", from.resolve("tree").toString(), "c1/srv/deep/");
        lxc.run("file", "pull", "-q", "-r", "c1/srv/deep/tree", to.toString());
        assertArrayEquals(big, Files.readAllBytes(to.resolve("tree/big")));
        assertEquals("content 49", Files.readString(to.resolve("tree/sub/f49")));
        assertTrue(Files.isSymbolicLink(to.resolve("tree/link")));
        lxc.program("file", "edit", "c1/srv/deep/tree/sub/f1")
                .run("edited".getBytes(StandardCharsets.UTF_8))
                .ok();
        assertEquals("edited", lxc.run("file", "pull", "c1/srv/deep/tree/sub/f1", "-"));
        lxc.run("file", "delete", "c1/srv/deep/tree/sub/f1");
        lxc.program("file", "pull", "c1/srv/deep/tree/sub/f1", "-").run().failsWith("Not Found");
    }

    private void answers() {
        assertEquals(
                200,
                post("/tmp/plain", "text", Map.of("X-LXD-uid", "12", "X-LXD-gid", "13", "X-LXD-mode", "04750"))
                        .status());
        var got = api.get(url("/tmp/plain"));
        assertEquals("text", got.text());
        assertEquals("12", got.headers().get("x-lxd-uid"));
        assertEquals("13", got.headers().get("x-lxd-gid"));
        assertEquals("4750", got.headers().get("x-lxd-mode"));
        assertEquals("file", got.headers().get("x-lxd-type"));
        assertEquals(
                200,
                post("/tmp/plain", " more", Map.of("X-LXD-write", "append")).status());
        assertEquals("text more", api.get(url("/tmp/plain")).text());
        assertEquals(200, api.send("DELETE", url("/tmp/plain"), "").status());
        assertEquals(
                404, post("/tmp/plain", "x", Map.of("X-LXD-write", "append")).status());
        assertEquals(200, post("/tmp/plain", "over", Map.of()).status());

        assertEquals(200, post("/tmp/d", "", Map.of("X-LXD-type", "directory")).status());
        assertEquals("0750", api.get(url("/tmp/d")).headers().get("x-lxd-mode"));
        assertEquals(200, post("/tmp/l", "d", Map.of("X-LXD-type", "symlink")).status());
        assertEquals("/tmp/d", api.get(url("/tmp/l")).text());
        assertEquals("symlink", api.get(url("/tmp/l")).headers().get("x-lxd-type"));
        assertEquals("directory", api.get(url("/tmp/l/")).headers().get("x-lxd-type"));

        assertEquals("Missing path argument", api.get("/1.0/instances/c1/files").error());
        assertEquals(
                "Bad file type: x",
                post("/tmp/x", "", Map.of("X-LXD-type", "x")).error());
        assertEquals(
                "Bad file write mode: x",
                post("/tmp/x", "", Map.of("X-LXD-write", "x")).error());
        assertEquals(400, post("/tmp/x", "", Map.of("X-LXD-mode", "rw")).status());
        assertEquals(400, api.get(url("/a%00b")).status());
        assertEquals(404, api.get(url("/a%0Ab")).status());
        assertEquals(404, api.get("/1.0/instances/nosuch/files?path=/").status());
        assertTrue(api.get(url("/" + "a".repeat(64 << 10))).status() >= 400);
        assertTrue(post("/tmp", "x", Map.of()).status() >= 400);
        assertTrue(api.send("DELETE", url("/tmp/d/.."), "").status() >= 400);
    }

    /// Links out of the root stay in it, pipes do not hang, and nothing of the host changes.
    private void hostile() throws IOException {
        Path canary = Files.createDirectories(host.scratch().resolve("canary-" + System.nanoTime()));
        Files.writeString(canary.resolve("file"), "untouched");
        post("/tmp/abs", canary.toString(), Map.of("X-LXD-type", "symlink"));
        post("/tmp/up", "../../../../../../../.." + canary, Map.of("X-LXD-type", "symlink"));
        for (String link : new String[] {"abs", "up"}) {
            assertEquals(404, api.get(url("/tmp/" + link + "/file")).status());
            assertEquals(404, post("/tmp/" + link + "/new", "hit", Map.of()).status());
            assertEquals(
                    404,
                    post("/tmp/" + link + "/d", "", Map.of("X-LXD-type", "directory"))
                            .status());
            assertEquals(
                    404, api.send("DELETE", url("/tmp/" + link + "/file"), "").status());
        }
        if (host.state("c1").equals("Running")) {
            lxc.run("exec", "c1", "--", "mkfifo", "/tmp/pipe");
            assertEquals(400, api.get(url("/tmp/pipe")).status());
            assertTrue(post("/tmp/pipe", "x", Map.of()).status() >= 400);
            lxc.run("exec", "c1", "--", "ln", "-s", "/proc/sys/kernel/hostname", "/tmp/kernel");
            assertTrue(post("/tmp/kernel", "hit", Map.of()).status() >= 400);
        }
        assertEquals("untouched", Files.readString(canary.resolve("file")));
        try (var files = Files.list(canary)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void upload_cutShort() throws IOException {
        host.launch("c1");
        try (var channel = api.connect()) {
            channel.write(
                    java.nio.ByteBuffer.wrap(Api.head("POST", url("/tmp/part"), Map.of("Content-Length", "1000000"))));
            channel.write(java.nio.ByteBuffer.wrap(new byte[1000]));
        }
        long until = System.nanoTime() + 10_000_000_000L;
        while (api.get(url("/tmp/part")).status() != 404) {
            assertTrue(System.nanoTime() < until, "part of an upload stays");
        }
    }

    @Test
    void metadataAndTemplates() {
        host.launch("c1");
        assertTrue(lxc.run("config", "metadata", "show", "c1").contains("architecture: x86_64"));
        lxc.run("config", "template", "create", "c1", "mine.tpl");
        lxc.program("config", "template", "edit", "c1", "mine.tpl")
                .run("name {{ container.name }}".getBytes(StandardCharsets.UTF_8))
                .ok();
        assertTrue(lxc.run("config", "template", "list", "c1").contains("mine.tpl"));
        assertEquals(
                "name {{ container.name }}",
                lxc.run("config", "template", "show", "c1", "mine.tpl").strip());
        String templates = "/1.0/instances/c1/metadata/templates?path=";
        assertEquals(
                200,
                api.send(
                                "PATCH",
                                "/1.0/instances/c1/metadata",
                                "{\"properties\":{\"x\":\"1: 2\"},\"templates\":{\"/etc/mine\":{\"when\":[\"start\"],"
                                        + "\"template\":\"mine.tpl\"}}}")
                        .status());
        assertTrue(lxc.run("config", "metadata", "show", "c1").contains("1: 2"));
        lxc.run("restart", "-f", "c1");
        assertEquals("name c1", lxc.run("exec", "c1", "--", "cat", "/etc/mine").strip());
        assertEquals(400, api.get(templates + "../metadata.yaml").status());
        assertEquals(400, api.send("DELETE", templates + "..", "").status());
        assertEquals(404, api.get(templates + "nosuch").status());
        assertEquals(400, api.send("PUT", "/1.0/instances/c1/metadata", "{}").status());
        lxc.run("config", "template", "delete", "c1", "mine.tpl");
        lxc.program("config", "template", "show", "c1", "mine.tpl").run().failsWith("Template \"mine.tpl\" not found");
    }
}
