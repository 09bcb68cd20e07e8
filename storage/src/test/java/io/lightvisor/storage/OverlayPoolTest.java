package io.lightvisor.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lightvisor.storage.driver.RootLayout;
import java.nio.file.Files;
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
        assertEquals("image " + IMAGE + "\n", Files.readString(root.folder().resolve("overlay/layers")));
    }
}
