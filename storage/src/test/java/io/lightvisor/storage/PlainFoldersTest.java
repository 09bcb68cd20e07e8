package io.lightvisor.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.storage.driver.PlainMark;
import io.lightvisor.storage.driver.RootLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

@EnabledIfSystemProperty(named = "user.name", matches = "root")
final class PlainFoldersTest {
    @TempDir
    Path folder;

    private Path image;
    private Path instance;

    @BeforeEach
    void layers() throws Exception {
        image = Files.createDirectories(folder.resolve("image"));
        Files.createDirectories(image.resolve("var/lib"));
        Files.setPosixFilePermissions(image.resolve("var/lib"), PosixFilePermissions.fromString("rwxr-x---"));
        instance = fresh("one");
    }

    private Path fresh(String name) throws Exception {
        var made = folder.resolve(name);
        Files.createDirectories(made.resolve("upper"));
        Files.createDirectories(made.resolve("work"));
        return made;
    }

    private RootLayout.Overlay layout() {
        return new RootLayout.Overlay(List.of(image), instance);
    }

    @Test
    void prepare_newInstance_makesThem() throws Exception {
        assertEquals(PlainMark.ALL, PlainFolders.prepare(layout(), true));
        assertTrue(Files.isDirectory(instance.resolve("upper/var/lib/docker")));
        assertEquals(
                "rwxr-x---",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(instance.resolve("upper/var/lib"))));
        assertEquals(PlainMark.ALL, PlainFolders.prepare(layout(), true));
        assertEquals(PlainMark.ALL, PlainFolders.prepare(layout(), false), "what it has it keeps");
    }

    @Test
    void prepare_withoutNesting_makesNone() throws Exception {
        assertEquals(List.of(), PlainFolders.prepare(layout(), false));
        assertFalse(Files.exists(instance.resolve("upper/var")));
    }

    @Test
    void prepare_contentOfTheImage_isCopiedOnce() throws Exception {
        Files.createDirectories(image.resolve("var/lib/docker/volumes"));
        Files.writeString(image.resolve("var/lib/docker/volumes/data"), "image");
        assertEquals(PlainMark.ALL, PlainFolders.prepare(layout(), true));
        var copy = instance.resolve("upper/var/lib/docker/volumes/data");
        assertEquals("image", Files.readString(copy));
        Files.delete(copy);
        assertEquals(PlainMark.ALL, PlainFolders.prepare(layout(), true));
        assertFalse(Files.exists(copy));
        try (var host = HostRoot.open(layout());
                var seen = host.root().openDirectory("var/lib/docker/volumes")) {
            assertEquals(List.of(), seen.list(), "nothing of the image shows through");
        }
        assertFalse(Files.exists(instance.resolve("plain.new.docker")));
    }

    @Test
    void prepare_aboveAFrozenLayer_copiesItRaw() throws Exception {
        PlainFolders.prepare(layout(), true);
        var layer = Files.createDirectory(instance.resolve("upper/var/lib/docker/layer"));
        try (var raw = io.lightvisor.linux.fs.DirFd.open(layer)) {
            raw.makeNode("removed", 0020000 | 0600, 0, 0);
        }
        var frozen = instance.resolve("upper");
        instance = fresh("two");
        var above = new RootLayout.Overlay(List.of(frozen, image), instance);
        assertEquals(PlainMark.ALL, PlainFolders.prepare(above, false));
        try (var raw = io.lightvisor.linux.fs.DirFd.open(instance.resolve("upper/var/lib/docker/layer"))) {
            assertTrue(raw.exists("removed"), "a nested whiteout is content");
        }
    }

    @Test
    void prepare_linkInstead_isTheGuestsChoice() throws Exception {
        Files.createDirectories(instance.resolve("upper/var/lib"));
        Files.createSymbolicLink(instance.resolve("upper/var/lib/docker"), folder.resolve("canary"));
        var plain = PlainFolders.prepare(layout(), true);
        assertFalse(plain.contains("var/lib/docker"));
        assertTrue(plain.contains("var/lib/lxd"));
        assertFalse(Files.exists(folder.resolve("canary")));
    }

    @Test
    void prepare_linkOnTheWay_isNotFollowed() throws Exception {
        var canary = Files.createDirectories(folder.resolve("canary/lib"));
        Files.createDirectories(instance.resolve("upper"));
        Files.createSymbolicLink(instance.resolve("upper/var"), folder.resolve("canary"));
        assertEquals(List.of(), PlainFolders.prepare(layout(), true));
        try (var entries = Files.list(canary)) {
            assertEquals(0, entries.count());
        }
    }
}
