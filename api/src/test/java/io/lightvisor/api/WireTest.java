package io.lightvisor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class WireTest {
    private static String json(Object value) {
        return new String(Wire.bytes(value), StandardCharsets.UTF_8);
    }

    private static <T> T read(Class<T> type, String json) {
        return Wire.read(type, json.getBytes(StandardCharsets.UTF_8));
    }

    private static InstanceFull stopped() {
        return new InstanceFull(
                "x86_64",
                new TreeMap<>(Map.of("a", "1", "b", "")),
                null,
                false,
                List.of("default"),
                false,
                "",
                Instant.parse("2026-11-24T21:01:51.261180839Z"),
                Map.of(),
                Map.of("root", Map.of("type", "disk")),
                "c1",
                "Stopped",
                102,
                Instant.EPOCH,
                "none",
                "container",
                "default",
                null,
                new InstanceState(
                        "Stopped",
                        102,
                        Map.of(),
                        new InstanceState.Memory(0, 0, 0, 0),
                        null,
                        0,
                        0,
                        new InstanceState.Cpu(0),
                        null,
                        null,
                        null),
                null);
    }

    @Test
    void bytes_ofAStoppedInstance_areAsLxdSendsThem() {
        assertEquals(
                "{\"architecture\":\"x86_64\",\"config\":{\"a\":\"1\",\"b\":\"\"},\"devices\":{},\"ephemeral\":false,\"profiles\":[\"default\"],\"stateful\":false,\"description\":\"\",\"created_at\":\"2026-11-24T21:01:51.261180839Z\",\"expanded_config\":{},\"expanded_devices\":{\"root\":{\"type\":\"disk\"}},\"name\":\"c1\",\"status\":\"Stopped\",\"status_code\":102,\"last_used_at\":\"1970-01-01T00:00:00Z\",\"location\":\"none\",\"type\":\"container\",\"project\":\"default\",\"backups\":null,\"state\":{\"status\":\"Stopped\",\"status_code\":102,\"disk\":{},\"memory\":{\"usage\":0,\"usage_peak\":0,\"swap_usage\":0,\"swap_usage_peak\":0},\"network\":null,\"pid\":0,\"processes\":0,\"cpu\":{\"usage\":0}},\"snapshots\":null}",
                json(stopped()));
    }

    @Test
    void bytes_ofAbsentValues_leaveThemOut() {
        Image image = new Image(
                false,
                null,
                false,
                null,
                List.of(),
                List.of(),
                "x86_64",
                false,
                "f",
                "abc",
                1,
                null,
                "container",
                null,
                null,
                null);
        assertEquals(
                "{\"auto_update\":false,\"properties\":{},\"public\":false,\"expires_at\":\"0001-01-01T00:00:00Z\",\"profiles\":[],\"aliases\":[],\"architecture\":\"x86_64\",\"cached\":false,\"filename\":\"f\",\"fingerprint\":\"abc\",\"size\":1,\"type\":\"container\",\"created_at\":\"0001-01-01T00:00:00Z\",\"last_used_at\":\"0001-01-01T00:00:00Z\",\"uploaded_at\":\"0001-01-01T00:00:00Z\"}",
                json(image));
    }

    @Test
    void bytes_ofAnOperation_writeFreeFormMetadata() {
        Operation operation = new Operation(
                "id",
                "websocket",
                "Executing command",
                null,
                null,
                "Running",
                103,
                Map.of("instances", List.of("/1.0/instances/c1")),
                new TreeMap<>(Map.of("fds", Map.of("0", "secret"), "return", 0, "interactive", true)),
                false,
                "",
                "none");
        assertEquals(
                "{\"id\":\"id\",\"class\":\"websocket\",\"description\":\"Executing command\",\"created_at\":\"0001-01-01T00:00:00Z\",\"updated_at\":\"0001-01-01T00:00:00Z\",\"status\":\"Running\",\"status_code\":103,\"resources\":{\"instances\":[\"/1.0/instances/c1\"]},\"metadata\":{\"fds\":{\"0\":\"secret\"},\"interactive\":true,\"return\":0},\"may_cancel\":false,\"err\":\"\",\"location\":\"none\"}",
                json(operation));
    }

    @Test
    void bytes_ofTimes_haveNoZerosAtTheEnd() {
        Operation operation = new Operation(
                "id",
                "task",
                "",
                Instant.parse("2026-11-24T23:05:31.422811560Z"),
                Instant.parse("2026-11-24T23:05:30Z"),
                "Running",
                103,
                null,
                null,
                false,
                "",
                "none");
        String json = json(operation);
        assertTrue(json.contains("\"created_at\":\"2026-11-24T23:05:31.42281156Z\""), json);
        assertTrue(json.contains("\"updated_at\":\"2026-11-24T23:05:30Z\""), json);
    }

    @Test
    void bytes_ofAListAndAMap() {
        assertEquals("[\"/1.0\"]", json(List.of("/1.0")));
        assertEquals("[{\"used\":1,\"total\":2}]", json(List.of(new StoragePoolResources.Usage(1, 2))));
        assertEquals("{\"running\":[]}", json(Map.of("running", List.of())));
    }

    @Test
    void read_keepsAbsentApartFromEmpty() {
        InstancesPost post = read(
                InstancesPost.class,
                "{\"name\":\"c1\",\"profiles\":[],\"unknown\":{\"x\":[1]},\"source\":{\"type\":\"image\",\"base-image\":\"x\"}}");
        assertEquals(List.of(), post.profiles());
        assertNull(post.config());
        assertNull(post.ephemeral());
        assertEquals("x", post.source().baseImage());
        assertNull(read(InstancesPost.class, "{\"profiles\":null}").profiles());
    }

    @Test
    void read_times() {
        assertEquals(
                Instant.parse("2026-01-02T01:04:05Z"),
                read(InstanceSnapshotPut.class, "{\"expires_at\":\"2026-01-02T03:04:05+02:00\"}")
                        .expiresAt());
        assertNull(read(InstanceSnapshotPut.class, "{\"expires_at\":\"0001-01-01T00:00:00Z\"}")
                .expiresAt());
        assertNull(read(InstanceSnapshotPut.class, "{\"expires_at\":null}").expiresAt());
        assertThrows(WireException.class, () -> read(InstanceSnapshotPut.class, "{\"expires_at\":\"soon\"}"));
    }

    @Test
    void read_whatDoesNotFit_isRefused() {
        for (String bad : List.of(
                "",
                "[]",
                "\"\"",
                "null",
                "{",
                "{\"config\":{\"a\":1}}",
                "{\"config\":[]}",
                "{\"ephemeral\":\"x\"}",
                "\u0000\u0001")) {
            assertThrows(WireException.class, () -> read(InstancePut.class, bad), bad);
        }
        assertThrows(WireException.class, () -> read(ServerPut.class, "{\"config\":" + "[".repeat(100_000)));
    }

    @Test
    void read_aRoundTrip() {
        assertEquals(stopped(), Wire.read(InstanceFull.class, Wire.bytes(stopped())));
    }

    @Test
    void bytes_ofAnUpdateSource_roundTrip() {
        ImageUpdateSource source = new ImageUpdateSource("12", null, "bootstrap", "debian", null);
        assertEquals(
                "{\"alias\":\"12\",\"certificate\":\"\",\"protocol\":\"bootstrap\",\"server\":\"debian\",\"image_type\":\"\"}",
                json(source));
        assertEquals(
                source.alias(),
                Wire.read(ImageUpdateSource.class, Wire.bytes(source)).alias());
    }
}
