package io.lightvisor.engine.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostIdsTest {
    @TempDir
    Path etc;

    private HostIds read(String users, String groups) throws IOException {
        Files.writeString(etc.resolve("subuid"), users);
        Files.writeString(etc.resolve("subgid"), groups);
        return HostIds.read(etc);
    }

    @Test
    void read_noFiles_takesTheDefault() throws IOException {
        assertEquals(new HostIds(1_000_000, 1_000_000_000), HostIds.read(etc));
    }

    @Test
    void read_bothRanges_takesWhatTheyShare() throws IOException {
        assertEquals(new HostIds(200_000, 65_536), read("root:100000:165536\nuser:5:6\n", "root:200000:1000000\n"));
    }

    @Test
    void nested_takesWhatTheContainerHas() {
        var map = List.of("         0     100000   10000001");
        assertEquals(new HostIds(0, 10_000_001), HostIds.nested(map, map));
        var split = List.of("0 100000 1000", "1000 1000 1", "1001 101001 64535");
        assertEquals(new HostIds(0, 65_536), HostIds.nested(split, map));
    }

    @Test
    void read_tooSmallOrMalformed_takesTheDefault() throws IOException {
        assertEquals(
                new HostIds(1_000_000, 1_000_000_000),
                read("root:100000:1000\nroot:x:y\nroot\n", "root:100000:1000\n"));
    }
}
