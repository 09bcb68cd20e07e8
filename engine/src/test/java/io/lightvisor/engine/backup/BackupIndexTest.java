package io.lightvisor.engine.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.image.backup.IdShift;
import io.lightvisor.model.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What backups say, written and read.
final class BackupIndexTest {
    private static final String INDEX = """
            name: r1
            backend: dir
            pool: default
            snapshots:
            - s0
            optimized: false
            optimized_header: false
            type: container
            config:
              container:
                architecture: x86_64
                config:
                  user.number: 20240101
                  volatile.last_state.idmap: '[{"Isuid":true,"Isgid":false,"Hostid":100000,"Nsid":0,"Maprange":65536}]'
                devices:
                  mnt:
                    path: /mnt
                    source: /srv
                    type: disk
                ephemeral: false
                profiles:
                - default
                stateful: false
                description: ""
                created_at: 2026-11-25T00:35:07.312067457Z
                name: r1
                last_used_at: 0001-01-01T00:00:00Z
                project: default
              snapshots:
              - expires_at: 0001-01-01T00:00:00Z
                architecture: x86_64
                config: {}
                created_at: 2026-11-25T00:35:07Z
                devices: {}
                ephemeral: false
                name: s0
                profiles:
                - default
              pool:
                config:
                  source: /x
                name: default
                driver: dir
              profiles:
              - config: {}
                description: ""
                devices: {}
                name: default
            """;

    private static BackupIndex parse(String text) {
        return BackupIndex.parseIndex(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void parse_ofLxd() {
        var index = parse(INDEX);
        assertEquals("r1", index.name().value());
        assertEquals("20240101", index.config().get("user.number"));
        assertEquals("/srv", index.devices().byName().get("mnt").get("source"));
        assertEquals(Instant.parse("2026-11-25T00:35:07.312067457Z"), index.createdAt());
        assertEquals(Instant.EPOCH, index.lastUsedAt());
        assertEquals("s0", index.snapshots().getFirst().name().value());
        assertEquals("dir", index.pool().orElseThrow().driver());
        assertEquals(
                new IdShift(List.of(new IdShift.Range(true, false, 100_000, 0, 65_536))),
                IdmapText.parse(index.config().getOrDefault("volatile.last_state.idmap", "")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "- a",
                "{",
                "name: r1",
                "config: {container: {}}",
                "type: virtual-machine",
                "&a [*a, *a]",
                "config: {container: {name: ../x, architecture: x86_64}}",
                "config: {container: {name: c1, architecture: vax}}",
                "config: {container: {name: [c1], architecture: x86_64}}"
            })
    void parse_broken(String text) {
        assertThrows(ProblemException.class, () -> parse(text));
    }

    @Test
    void parse_lies() {
        // Names a snapshot that it does not describe; names one that leads out; says a time that is none.
        assertThrows(ProblemException.class, () -> parse(INDEX.replace("- s0\noptimized", "- s0\n- s1\noptimized")));
        assertThrows(ProblemException.class, () -> parse(INDEX.replace("s0", "../../x")));
        assertThrows(ProblemException.class, () -> parse(INDEX.replace("2026-11-25T00:35:07Z", "tomorrow")));
        assertThrows(ProblemException.class, () -> IdmapText.parse("[{\"Hostid\":-1}]"));
        assertThrows(ProblemException.class, () -> IdmapText.parse("nothing"));
    }

    @Test
    void parse_bomb() {
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 60; i++) {
            bomb.append("a%d: &a%d [*a%d,*a%d,*a%d,*a%d]\n".formatted(i, i, i - 1, i - 1, i - 1, i - 1));
        }
        assertThrows(ProblemException.class, () -> parse(bomb.toString()));
        assertThrows(ProblemException.class, () -> parse("[".repeat(100_000)));
    }

    @Test
    void write_textThatLooksLikeSomethingElse() {
        var texts = new LinkedHashMap<String, Object>();
        for (String text : List.of(
                "",
                "yes",
                "No",
                "null",
                "~",
                "1.0",
                "012",
                "2026-01-01",
                "a: b",
                "#x",
                " x ",
                "line\nline\n",
                "tab\t\"quote\" \\",
                "[]",
                "ä\u0085\u2028",
                "*a",
                "%",
                "@",
                "- x")) {
            texts.put("k" + texts.size(), text);
        }
        var yaml = YamlOut.of(Map.of("container", Map.of("name", "c1", "architecture", "x86_64", "config", texts)));
        var read = BackupIndex.parseFile(yaml);
        assertEquals(texts.size(), read.config().size());
        texts.forEach((key, text) -> assertEquals(text, read.config().get(key), key));
        assertTrue(read.snapshots().isEmpty());
    }
}
