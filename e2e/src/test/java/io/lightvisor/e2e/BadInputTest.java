package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What bad input gets: an error that says why, nothing left behind, and a daemon that goes on.
@OnLightvisor
final class BadInputTest {
    private final LightvisorHost host;
    private final Api api;
    private long daemon;
    private List<String> files;

    BadInputTest(LightvisorHost host) {
        this.host = host;
        api = host.api();
    }

    @BeforeEach
    void look() {
        daemon = host.daemon().pid();
        files = host.stateFiles();
    }

    @AfterEach
    void sameDaemonAndNothingLeft() {
        assertEquals(200, api.get("/1.0").status(), "the daemon goes on");
        assertEquals(daemon, host.daemon().pid());
        host.clean();
        assertEquals(List.of(), left(), "left below LXD_DIR");
    }

    /// The files that were not there before. What is deleted may go in the background, so it gets a moment.
    private List<String> left() {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (true) {
            var now = new ArrayList<>(host.stateFiles());
            now.removeAll(files);
            if (now.isEmpty() || System.nanoTime() > end) {
                return now;
            }
            LightvisorHost.pause();
        }
    }

    // --- requests

    @Test
    void body_ofOneGibibyte() {
        byte[] part = "x".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
        long before = host.daemon().memory();
        var answer = api.send(
                "POST",
                "/1.0/profiles",
                Map.of("Content-Type", "application/json", "Content-Length", String.valueOf(1L << 30)),
                out -> {
                    out.write("{\"name\": \"".getBytes(StandardCharsets.UTF_8));
                    for (long sent = 0; sent < 1L << 30; sent += part.length) {
                        out.write(part);
                    }
                });
        assertTrue(answer.status() >= 400 && answer.status() < 500, "status " + answer.status());
        assertTrue(host.daemon().memory() - before < 100L << 20, "the body was held in memory");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "{\"name\": 5}",
                "nonsense",
                "{\"name\": \"p1\", \"config\": []}",
                "{\"a\":{\"a\":{\"a\":"
            })
    void body_thatIsNotWhatIsDue(String body) {
        assertEquals(400, api.send("POST", "/1.0/profiles", body).status());
    }

    @Test
    void body_nestedTooDeep() {
        String deep = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
        assertTrue(api.send("POST", "/1.0/profiles", deep).status() >= 400);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
                    METHOD  | PATH                                        | STATUS
                    GET     | /1.0/nosuch                                 | 404
                    GET     | /1.0/                                       | 404
                    GET     | /1.0/instances/../profiles                  | 404
                                        GET     | /1.0/instances/nosuch                       | 404
                    GET     | /1.0/images/nosuch                          | 404
                    GET     | /1.0/networks/nosuch                        | 404
                    GET     | /1.0/storage-pools/nosuch                   | 404
                    GET     | /1.0/operations/nosuch                      | 404
                    GET     | /1.0/instances/nosuch/state                 | 404
                    GET     | /1.0/instances?recursion=1&filter=)(        | 400
                    DELETE  | /1.0/instances                              | 501
                    DELETE  | /1.0/profiles/default                       | 403
                    DELETE  | /1.0/projects/default                       | 403
                    BREW    | /1.0                                        | 404
                    """)
    void path_thatIsNot(String method, String path, int status) {
        var answer = api.send(method, path, "");
        assertEquals(status, answer.status(), answer.text());
        if (!method.equals("BREW")) {
            assertEquals("error", answer.json().text("type"));
            assertEquals(status, answer.json().number("error_code"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"%2e%2e%2f%2e%2e", "..%2f..%2fetc", "%00", "c1%2fstate"})
    void path_thatLeadsOut(String name) {
        int status = api.get("/1.0/instances/" + name).status();
        assertTrue(status == 400 || status == 404, "status " + status);
    }

    @Test
    void request_thatIsNoHttp() throws IOException {
        try (var channel = api.connect()) {
            Channels.newOutputStream(channel).write("\0\1\2 what is this\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            assertTrue(new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8)
                    .contains(" 400 "));
        }
    }

    @Test
    void header_withoutEnd() throws IOException {
        try (var channel = api.connect()) {
            var out = Channels.newOutputStream(channel);
            out.write("GET /1.0 HTTP/1.1\r\nHost: x\r\nA: ".getBytes(StandardCharsets.UTF_8));
            byte[] part = "a".repeat(4096).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 1000; i++) {
                out.write(part);
            }
        } catch (IOException e) {
            // "Broken pipe": it has had enough.
        }
    }

    // --- names, keys and values

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1abc",
                "-abc",
                "abc-",
                "a_b",
                "a.b",
                "a b",
                "a/b",
                "..",
                "ä",
                "a\\u0000b",
                "a\\nb",
                "x123456789012345678901234567890123456789012345678901234567890123"
            })
    void name_thatIsNoLabel(String name) {
        var answer =
                api.send("POST", "/1.0/instances", "{\"name\": \"" + name + "\", \"source\": {\"type\": \"none\"}}");
        assertEquals(400, answer.status(), answer.text());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
                    KEY               | VALUE        | SAYS
                    no.such           | 1            | Unknown configuration key: no.such
                    limits.memory     | lots         | Invalid
                    limits.cpu        | x            | Invalid
                    boot.autostart    | perhaps      | Invalid
                    limits.processes  | many         | Invalid
                    """)
    void config_unknownKeyOrValue(String key, String value, String says) {
        var operation = api.send(
                "POST",
                "/1.0/instances",
                "{\"name\": \"c1\", \"source\": {\"type\": \"none\"}, \"config\": {\"" + key + "\": \"" + value
                        + "\"}}");
        String error = operation.status() == 202
                ? api.await(operation.json().text("operation")).text("err")
                : operation.error();
        assertTrue(error.contains(says), error);
        assertEquals(404, api.get("/1.0/instances/c1").status());
    }

    @Test
    void config_serverKey() {
        var answer = api.send("PATCH", "/1.0", "{\"config\": {\"no.such\": \"1\"}}");
        assertEquals(400, answer.status(), answer.text());
    }

    @Test
    void create_missingProfileImagePoolNetwork() {
        fails("{\"name\": \"c1\", \"source\": {\"type\": \"none\"}, \"profiles\": [\"nosuch\"]}", "nosuch");
        fails("{\"name\": \"c1\", \"source\": {\"type\": \"image\", \"alias\": \"nosuch\"}}", "not found");
        fails(
                "{\"name\": \"c1\", \"source\": {\"type\": \"none\"}, \"devices\": {\"root\": {\"type\": \"disk\", \"path\": \"/\", \"pool\": \"nosuch\"}}}",
                "ool");
        fails(
                "{\"name\": \"c1\", \"source\": {\"type\": \"none\"}, \"devices\": {\"eth0\": {\"type\": \"nic\", \"network\": \"nosuch\"}}}",
                "etwork");
        fails(
                "{\"name\": \"c1\", \"source\": {\"type\": \"none\"}, \"devices\": {\"x\": {\"type\": \"nosuch\"}}}",
                "Unsupported device type");
    }

    private void fails(String body, String says) {
        var answer = api.send("POST", "/1.0/instances", body);
        String error = answer.status() == 202
                ? api.await(answer.json().text("operation")).text("err")
                : answer.error();
        assertTrue(error.contains(says), "error of " + body + ": " + error);
        assertEquals(404, api.get("/1.0/instances/c1").status());
    }

    @Test
    void create_nameInUse() {
        host.tool().run("init", LightvisorHost.BUSYBOX, "c1");
        host.tool().call("init", LightvisorHost.BUSYBOX, "c1").failsWith("already");
        assertEquals("STOPPED", host.state("c1"));
    }

    @Test
    void delete_whatIsInUse() {
        host.tool().run("profile", "create", "p1");
        host.tool().run("init", LightvisorHost.BUSYBOX, "c1", "-p", "default", "-p", "p1");
        host.tool().call("profile", "delete", "p1").failsWith("in use");
        host.tool().call("storage", "delete", "default").failsWith("in use");
        host.tool().call("network", "delete", LightvisorHost.BRIDGE).failsWith("in use");
    }

    @Test
    void update_withOldEtag() {
        var first = api.get("/1.0/profiles/default");
        var answer = api.send(
                "PUT",
                "/1.0/profiles/default",
                Map.of("If-Match", "\"0123\"", "Content-Type", "application/json", "Content-Length", "2"),
                out -> out.write("{}".getBytes(StandardCharsets.UTF_8)));
        assertEquals(412, answer.status(), answer.text());
        assertEquals(first.text(), api.get("/1.0/profiles/default").text());
    }

    // --- instances

    @Test
    void start_twiceAtOnce() throws Exception {
        host.tool().run("init", LightvisorHost.BUSYBOX, "c1");
        Process first = host.tool().program("start", "c1").start();
        Process second = host.tool().program("start", "c1").start();
        assertTrue(first.waitFor(30, TimeUnit.SECONDS) && second.waitFor(30, TimeUnit.SECONDS));
        assertTrue(first.exitValue() + second.exitValue() <= 1, "at least one of them starts it");
        assertEquals("RUNNING", host.state("c1"));
    }

    @Test
    void exec_thatNobodyConnectsTo() {
        host.launch("c1");
        var answer = api.send(
                "POST",
                "/1.0/instances/c1/exec",
                "{\"command\": [\"true\"], \"wait-for-websocket\": true, \"interactive\": true}");
        assertEquals(202, answer.status());
        var operation = api.await(answer.json().text("operation"));
        assertEquals(400, operation.number("status_code"), operation.toString());
    }

    @Test
    void exec_withWrongSecret() {
        host.launch("c1");
        var answer =
                api.send("POST", "/1.0/instances/c1/exec", "{\"command\": [\"true\"], \"wait-for-websocket\": true}");
        var refused = api.send(
                "GET",
                answer.json().text("operation") + "/websocket?secret=wrong",
                Map.of(
                        "Upgrade", "websocket",
                        "Connection", "Upgrade",
                        "Sec-WebSocket-Version", "13",
                        "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
                _ -> {});
        assertTrue(refused.status() >= 400, refused.text());
    }

    @Test
    void launch_clientThatVanishes() throws Exception {
        Process client =
                host.tool().program("launch", LightvisorHost.BUSYBOX, "c1").start();
        Thread.sleep(60);
        client.destroyForcibly().waitFor();
        // What was asked is done or was never asked: it is there whole, or not at all.
        String state = host.state("c1");
        assertTrue(List.of("", "RUNNING", "STOPPED").contains(state), state);
    }

    @Test
    void upload_clientThatVanishes() throws IOException {
        try (var channel = api.connect()) {
            var out = Channels.newOutputStream(channel);
            out.write(Api.head(
                    "POST",
                    "/1.0/images",
                    Map.of("Content-Type", "application/octet-stream", "Content-Length", "100000000")));
            out.write(new byte[5_000_000]);
        }
        assertEquals(200, api.get("/1.0/images").status());
        settle();
    }

    // --- images

    @Test
    void image_thatIsNone() throws IOException {
        refused(new byte[10_000], "");
    }

    @Test
    void image_cutShort() throws IOException {
        byte[] whole = Files.readAllBytes(TestImage.unified(folder(), "cut"));
        refused(java.util.Arrays.copyOf(whole, whole.length / 2), "");
    }

    @Test
    void image_withoutMetadata() throws IOException {
        Path folder = folder();
        TestImage.unified(folder, "nometa");
        Path file = folder.resolve("bad.tar");
        Program.of("tar", "-C", folder.resolve("tree-nometa").toString(), "-cf", file.toString(), "rootfs")
                .run()
                .ok();
        refused(Files.readAllBytes(file), "metadata.yaml");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s|rootfs/marker|/absolute|",
                "s|rootfs/marker|../outside|",
                "s|rootfs/marker|rootfs/../../outside|"
            })
    void image_withNamesThatLeadOut(String transform) throws IOException {
        Path folder = folder();
        TestImage.unified(folder, "names");
        Path file = folder.resolve("bad.tar");
        Program.of(
                        "tar",
                        "-C",
                        folder.resolve("tree-names").toString(),
                        "-P",
                        "--transform",
                        transform,
                        "-cf",
                        file.toString(),
                        "metadata.yaml",
                        "rootfs")
                .run()
                .ok();
        refused(Files.readAllBytes(file), " is refused: its name ");
        assertTrue(Files.notExists(Path.of("/absolute")));
    }

    @Test
    void image_withLinkedRootfs() throws IOException {
        Path folder = folder();
        TestImage.unified(folder, "link");
        Path tree = folder.resolve("tree-link");
        Program.of("rm", "-r", tree.resolve("rootfs").toString()).run().ok();
        Files.createSymbolicLink(tree.resolve("rootfs"), Path.of("/etc"));
        Path file = folder.resolve("bad.tar");
        Program.of("tar", "-C", tree.toString(), "-cf", file.toString(), "metadata.yaml", "rootfs")
                .run()
                .ok();
        refused(Files.readAllBytes(file), "entry \"rootfs\" is refused: it must be a folder");
    }

    @Test
    void image_bomb() throws IOException {
        Path folder = folder();
        TestImage.unified(folder, "bomb");
        Path big = folder.resolve("tree-bomb/rootfs/big");
        Program.of("truncate", "-s", "20G", big.toString()).run().ok();
        Path file = folder.resolve("bad.tar.gz");
        // Sparse on disk and in the tarball: a few bytes that want to be 20 GiB.
        Program.of(
                        "tar",
                        "-C",
                        folder.resolve("tree-bomb").toString(),
                        "-Sczf",
                        file.toString(),
                        "metadata.yaml",
                        "rootfs")
                .run()
                .ok();
        refusedOrHarmless(Files.readAllBytes(file));
    }

    /// The upload, or the first instance made from it, is refused.
    private void refused(byte[] image, String says) {
        String error = upload(image);
        assertNotEquals("", error);
        assertTrue(error.contains(says), error);
        settle();
    }

    /// It is refused, or what it says is taken without harm: nothing outside its own folder is touched.
    private void refusedOrHarmless(byte[] image) {
        long etc = Path.of("/etc").toFile().lastModified();
        upload(image);
        assertEquals(etc, Path.of("/etc").toFile().lastModified(), "/etc was changed");
        settle();
    }

    private String upload(byte[] image) {
        var answer = api.send(
                "POST",
                "/1.0/images",
                Map.of("Content-Type", "application/octet-stream", "Content-Length", String.valueOf(image.length)),
                out -> out.write(image));
        if (answer.status() != 202) {
            return answer.error();
        }
        var operation = api.await(answer.json().text("operation"));
        if (!operation.text("err").isEmpty()) {
            return operation.text("err");
        }
        String fingerprint = operation.object("metadata").text("fingerprint");
        answer = api.send(
                "POST",
                "/1.0/instances",
                "{\"name\": \"c1\", \"source\": {\"type\": \"image\", \"fingerprint\": \"" + fingerprint + "\"}}");
        return answer.status() == 202
                ? api.await(answer.json().text("operation")).text("err")
                : answer.error();
    }

    /// Until the daemon has nothing more to do for a request whose answer we did not wait for.
    private void settle() {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!api.get("/1.0/operations").metadata().texts("running").isEmpty()) {
            assertTrue(System.nanoTime() < end, "operations that do not end");
            LightvisorHost.pause();
        }
    }

    private Path folder() throws IOException {
        return Files.createTempDirectory(host.scratch(), "bad");
    }
}
