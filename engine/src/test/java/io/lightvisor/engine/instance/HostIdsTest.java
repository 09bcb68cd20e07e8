package io.lightvisor.engine.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    void read_tooSmallOrMalformed_takesTheDefault() throws IOException {
        assertEquals(
                new HostIds(1_000_000, 1_000_000_000),
                read("root:100000:1000\nroot:x:y\nroot\n", "root:100000:1000\n"));
    }
}
