package io.lightvisor.image.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.image.Images;
import io.lightvisor.image.Progress;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BusyboxRecipeTest {
    @Test
    void build_andUnpack(@TempDir Path lxdDir) throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/bin/busybox")), "needs busybox-static");
        var images = new Images(lxdDir);
        try (var upload = images.receive()) {
            new Bootstrap(lxdDir).build(new BootstrapSpec("busybox", "", List.of()), upload, Progress.NONE);
            var staged = upload.inspect(Optional.empty());
            staged.keep();
            var image = staged.image();
            assertEquals("Busybox", image.properties().get("os"));

            var into = Files.createDirectory(lxdDir.resolve("into"));
            images.unpack(images.files(image.fingerprint()), into, Progress.NONE);
            assertTrue(Files.isSameFile(into.resolve("rootfs/bin/sh"), into.resolve("rootfs/bin/busybox")));
            assertTrue(Files.isRegularFile(into.resolve("rootfs/sbin/init"), LinkOption.NOFOLLOW_LINKS));
            assertEquals("{{ container.name }}\n", Files.readString(into.resolve("templates/hostname.tpl")));
        }
    }

    @Test
    void require_unknownNames_listsWhatThereIs(@TempDir Path lxdDir) {
        var bootstrap = new Bootstrap(lxdDir);
        var e = assertThrows(
                ProblemException.class, () -> bootstrap.require(new BootstrapSpec("debian", "11", List.of())));
        assertTrue(e.problem() instanceof Problem.NotFound);
        assertTrue(e.getMessage().contains("12, bookworm, 13, trixie"), e.getMessage());
        assertThrows(ProblemException.class, () -> bootstrap.aliases("plan9"));
    }

    @Test
    void newSpec_packageNamesThatAreNone() {
        for (var bad : List.of("a b", "--include=x", "./x.deb", "x;y", "", "?", "~x", "A")) {
            assertThrows(ProblemException.class, () -> new BootstrapSpec("debian", "", List.of(bad)), bad);
        }
        assertEquals(
                1,
                new BootstrapSpec("debian", "", List.of("libstdc++6"))
                        .packages()
                        .size());
    }
}
