package io.lightvisor.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.model.ProblemException;
import io.lightvisor.storage.driver.RootLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OverlayPoolTest extends VolumeDriverContract {
    @Override
    String driver() {
        return "overlay";
    }

    @Test
    void createInstance_copiesNothing() throws Exception {
        var image = image();
        var root = pools.createInstance(pool, c("c1"), Optional.of(image));

        assertEquals(
                new RootLayout.Overlay(List.of(image.rootfs()), root.folder().resolve("overlay")), root.layout());
        try (var upper = Files.list(root.folder().resolve("overlay/upper"))) {
            assertEquals(0, upper.count());
        }
        assertEquals(
                image.rootfs(),
                root.folder().resolve("overlay/lower").toRealPath(),
                "the link leads there for a person, too");
    }

    @Test
    void find_withADamagedLink_saysSo() throws Exception {
        var root = pools.createInstance(pool, c("c1"), Optional.of(image()));
        Files.delete(root.folder().resolve("overlay/lower"));
        Files.createSymbolicLink(root.folder().resolve("overlay/lower"), Path.of("/etc"));

        var e = assertThrows(ProblemException.class, () -> pools.find(pool, c("c1")));

        assertTrue(e.getMessage().contains("leads to /etc"), e.getMessage());
    }

    @Test
    void createSnapshot_ofAnUnchangedRoot_addsNoLayer() throws Exception {
        pools.createInstance(pool, c("c1"), Optional.of(image()));
        snapshot("c1", "s1");
        assertEquals(Set.of("empty"), names(".layers"));
        write(root("c1"), "etc/new", "one");
        snapshot("c1", "s2");
        snapshot("c1", "s3");

        assertEquals(2, names(".layers").size());
        assertEquals("one", read(pools.requireSnapshot(pool, c("c1"), s("s3")), "etc/new"));
        assertEquals("image\n", read(pools.requireSnapshot(pool, c("c1"), s("s1")), "etc/hostname"));
    }

    @Test
    void createSnapshot_oftenRepeated_keepsTheRootFlat() throws Exception {
        pools.createInstance(pool, c("c1"), Optional.of(image()));
        for (int i = 0; i < 70; i++) {
            write(root("c1"), "etc/new", Integer.toString(i));
            write(root("c1"), "etc/n" + i, "n");
            snapshot("c1", "s" + i);
        }

        var layout = (RootLayout.Overlay) root("c1").layout();
        assertTrue(layout.lowers().size() <= 33, "layers: " + layout.lowers().size());
        for (int i = 0; i < 70; i += 9) {
            assertEquals(Integer.toString(i), read(pools.requireSnapshot(pool, c("c1"), s("s" + i)), "etc/new"));
        }
        assertEquals("n", read(root("c1"), "etc/n0"));
        assertEquals("image\n", read(root("c1"), "etc/hostname"));
        pools.delete(pool, c("c1"));
        pools.awaitRemovals();
        assertEquals(Set.of("empty"), names(".layers"));
    }

    @Test
    void recover_removesLayersThatACrashLeft() throws Exception {
        pools.createInstance(pool, c("c1"), Optional.of(image()));
        write(root("c1"), "etc/new", "one");
        snapshot("c1", "s1");
        Files.createDirectories(poolFolder().resolve(".layers/half/overlay/upper"));
        Files.createDirectories(poolFolder().resolve(".layers/begun"));

        try (var again = new StoragePools(lxdDir)) {
            assertEquals(Map.of(), again.recover(List.of(pool)));
            again.awaitRemovals();
        }

        assertEquals(2, names(".layers").size());
        assertEquals("one", read(root("c1"), "etc/new"));
    }
}
