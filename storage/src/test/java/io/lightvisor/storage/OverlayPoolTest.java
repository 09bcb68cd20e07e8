package io.lightvisor.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.model.ProblemException;
import io.lightvisor.storage.driver.RootLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
}
