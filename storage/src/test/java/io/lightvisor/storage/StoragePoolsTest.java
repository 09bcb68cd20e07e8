package io.lightvisor.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.model.PoolName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.StoragePool;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StoragePoolsTest {
    @TempDir
    Path lxdDir;

    private static StoragePool pool(String driver, Map<String, String> config) {
        return new StoragePool(new PoolName("p1"), driver, "", config);
    }

    /// The words are those that LXD 5.0.2 answered when asked.
    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, delimiter = '|', textBlock = """
            DRIVER  | KEY                     | VALUE | SAYS
            foo     | source                  | /x    | Unknown driver
            dir     | foo                     | bar   | Invalid option "foo"
            dir     | size                    | 10GiB | Invalid option "size"
            dir     | rsync.compression       | maybe | Invalid value for option "rsync.compression": Invalid value for a boolean "maybe"
            dir     | rsync.bwlimit           | abc   | Invalid value for option "rsync.bwlimit": Invalid value: abc
            dir     | volume.size             | abc   | Invalid value for option "volume.size": Invalid value: abc
            dir     | volume.block.filesystem | ext4  | Invalid option "volume.block.filesystem"
            overlay | rsync.compression       | true  | Invalid option "rsync.compression"
            """)
    void complete_badOptions(String driver, String key, String value, String says) {
        try (var pools = new StoragePools(lxdDir)) {
            var e = assertThrows(ProblemException.class, () -> pools.complete(pool(driver, Map.of(key, value))));
            assertEquals(says, e.getMessage());
            assertInstanceOf(Problem.BadRequest.class, e.problem());
        }
    }

    @Test
    void complete_fillsTheSource() {
        try (var pools = new StoragePools(lxdDir)) {
            var completed = pools.complete(pool("dir", Map.of("rsync.bwlimit", "10MB", "user.x", "y")));
            assertEquals(
                    Map.of(
                            "source",
                            lxdDir.resolve("storage-pools/p1").toString(),
                            "rsync.bwlimit",
                            "10MB",
                            "user.x",
                            "y"),
                    completed.config());
        }
    }

    @Test
    void complete_driverOfLxdThatIsNotOffered_saysWhy() {
        try (var pools = new StoragePools(lxdDir)) {
            var e = assertThrows(ProblemException.class, () -> pools.complete(pool("zfs", Map.of())));
            assertTrue(e.getMessage().contains("choose overlay or dir"), e.getMessage());
        }
    }

    @Test
    void validateUpdate_ofTheSource() {
        try (var pools = new StoragePools(lxdDir)) {
            var before = pools.complete(pool("dir", Map.of()));
            var e = assertThrows(
                    ProblemException.class, () -> pools.validateUpdate(before, pool("dir", Map.of("source", "/x"))));
            assertEquals("Pool source cannot be changed when not in pending state", e.getMessage());
        }
    }

    @Test
    void create_withASourceOfTheUsers(@TempDir Path source) throws Exception {
        try (var pools = new StoragePools(lxdDir)) {
            var pool = pools.complete(pool("dir", Map.of("source", source.toString())));
            pools.create(pool);
            assertTrue(Files.isDirectory(source.resolve("containers")));
            assertEquals(source, Files.readSymbolicLink(lxdDir.resolve("storage-pools/p1")));

            var again =
                    pools.complete(new StoragePool(new PoolName("p2"), "dir", "", Map.of("source", source.toString())));
            var e = assertThrows(ProblemException.class, () -> pools.create(again));
            assertEquals("Source path '" + source + "' isn't empty", e.getMessage());
            assertTrue(Files.isDirectory(source.resolve("containers")), "the first pool is untouched");

            pools.delete(pool);
            assertTrue(Files.isDirectory(source), "the user's folder stays");
            assertEquals(0, source.toFile().list().length);
            assertFalse(Files.exists(lxdDir.resolve("storage-pools/p1"), LinkOption.NOFOLLOW_LINKS));
        }
    }

    @ParameterizedTest
    @CsvSource({"/nonexistent/x, doesn't exist", "relative, doesn't exist"})
    void create_withABadSource(String source, String says) {
        try (var pools = new StoragePools(lxdDir)) {
            var pool = pools.complete(pool("dir", Map.of("source", source)));
            var e = assertThrows(ProblemException.class, () -> pools.create(pool));
            assertEquals("Source path '" + source + "' " + says, e.getMessage());
        }
    }

    @Test
    void create_withASourceInsideTheDataFolder_isRefused() throws Exception {
        var inside = Files.createDirectories(lxdDir.resolve("storage-pools/other/containers"));
        try (var pools = new StoragePools(lxdDir)) {
            var pool = pools.complete(pool("dir", Map.of("source", inside.toString())));
            assertThrows(ProblemException.class, () -> pools.create(pool));
        }
    }

    @Test
    void create_whereSomethingLies_isRefusedAndLeavesIt() throws Exception {
        var there = Files.createDirectories(lxdDir.resolve("storage-pools/p1"));
        Files.writeString(there.resolve("precious"), "kept");
        try (var pools = new StoragePools(lxdDir)) {
            var pool = pools.complete(pool("dir", Map.of()));
            assertThrows(ProblemException.class, () -> pools.create(pool));
        }
        assertEquals("kept", Files.readString(there.resolve("precious")));
    }

    @Test
    void supportedDrivers_beginWithDir() {
        try (var pools = new StoragePools(lxdDir)) {
            assertEquals("dir", pools.supportedDrivers().getFirst().name());
            assertTrue(pools.supportedDrivers().stream().anyMatch(d -> d.name().equals(pools.defaultDriver())));
        }
    }
}
