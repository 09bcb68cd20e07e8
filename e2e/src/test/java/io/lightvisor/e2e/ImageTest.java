package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Images in and out, and what is known about them.
@OnLightvisor
@Needs({Need.ROOT, Need.DEBIANS_LXC})
@ParameterizedClass
@EnumSource(Client.class)
final class ImageTest {
    private final LightvisorHost host;
    private final Lxc lxc;
    private Path folder;

    ImageTest(Client client, LightvisorHost host) {
        this.host = host;
        lxc = client.on(host);
    }

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory(host.scratch(), "image");
    }

    @Test
    void import_unified() throws IOException {
        Path file = TestImage.unified(folder, "one");
        var out = lxc.run("image", "import", file.toString(), "--alias", "one", "user.colour=red");
        String fingerprint = sha256(file);
        assertTrue(out.contains("Image imported with fingerprint: " + fingerprint), out);
        assertEquals(
                "one," + fingerprint.substring(0, 12),
                lxc.run("image", "list", "one", "--format", "csv", "--columns", "lf"));
        lxc.run("launch", "one", "c1");
        assertEquals("RUNNING", host.state("c1"));
        assertEquals("one", lxc.run("exec", "c1", "--", "cat", "/marker"));
    }

    @Test
    void import_splitAndExport() throws IOException {
        Path metadata = TestImage.metadata(folder, "two");
        Path rootfs = TestImage.squashfs(folder, "two");
        lxc.run("image", "import", metadata.toString(), rootfs.toString(), "--alias", "two");
        lxc.run("launch", "two", "c1");
        assertEquals("two", lxc.run("exec", "c1", "--", "cat", "/marker"));
        Path out = Files.createDirectory(folder.resolve("out"));
        lxc.run("image", "export", "two", out.toString() + "/");
        try (var files = Files.list(out)) {
            assertEquals(2, files.count());
        }
    }

    @Test
    void export_unifiedThenImportAgain() throws IOException {
        Path file = TestImage.unified(folder, "three");
        lxc.run("image", "import", file.toString(), "--alias", "three");
        Path target = folder.resolve("exported");
        lxc.run("image", "export", "three", target.toString());
        Path exported = Files.exists(target) ? target : folder.resolve("exported.tar.gz");
        assertEquals(sha256(file), sha256(exported));
        lxc.run("image", "delete", "three");
        lxc.run("image", "import", exported.toString(), "--alias", "three");
        assertEquals("three", lxc.run("image", "list", "three", "--format", "csv", "--columns", "l"));
    }

    @Test
    void import_twice() throws IOException {
        Path file = TestImage.unified(folder, "four");
        lxc.run("image", "import", file.toString(), "--alias", "four");
        lxc.call("image", "import", file.toString()).failsWith("Image with same fingerprint already exists");
    }

    @Test
    void alias_createListRenameDelete() throws IOException {
        Path file = TestImage.unified(folder, "five");
        lxc.run("image", "import", file.toString());
        String fingerprint = sha256(file);
        lxc.run("image", "alias", "create", "my/five", fingerprint);
        assertTrue(lxc.run("image", "alias", "list", "--format", "csv")
                .contains("my/five," + fingerprint.substring(0, 12)));
        lxc.run("image", "alias", "rename", "my/five", "our/five");
        lxc.run("init", "our/five", "c1");
        lxc.run("image", "alias", "delete", "our/five");
        lxc.call("init", "our/five", "c2").failsWith("Error:");
    }

    @Test
    void properties_setShowEdit() throws IOException {
        Path file = TestImage.unified(folder, "six");
        lxc.run("image", "import", file.toString(), "--alias", "six");
        lxc.run("image", "set-property", "six", "colour", "blue");
        assertEquals("blue", lxc.run("image", "get-property", "six", "colour"));
        String shown = lxc.run("image", "show", "six");
        lxc.feed(shown.replace("colour: blue", "colour: green") + "\n", "image", "edit", "six")
                .ok();
        assertTrue(lxc.run("image", "info", "six").contains("colour: green"));
        lxc.run("image", "unset-property", "six", "colour");
        lxc.call("image", "get-property", "six", "colour").failsWith("Property not found");
    }

    @Test
    void delete_whileInstancesUseIt() throws IOException {
        Path file = TestImage.unified(folder, "seven");
        lxc.run("image", "import", file.toString(), "--alias", "seven");
        lxc.run("launch", "seven", "c1");
        lxc.run("image", "delete", "seven");
        lxc.run("restart", "--force", "c1");
        assertEquals("seven", lxc.run("exec", "c1", "--", "cat", "/marker"));
    }

    private static String sha256(Path file) {
        return Program.of("sha256sum", file.toString()).run().ok().out().substring(0, 64);
    }
}
