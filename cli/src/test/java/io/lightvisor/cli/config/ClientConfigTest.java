package io.lightvisor.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientConfigTest {
    /// As LXD's own client leaves it.
    private static final String OF_LXD = """
            default-remote: local
            remotes:
              images:
                addr: https://images.linuxcontainers.org
                protocol: simplestreams
                public: true
              local:
                addr: unix://
                project: other
                public: false
              r1:
                addr: https://10.0.0.1:8443
                auth_type: tls
                protocol: lxd
                public: false
            aliases:
              login: exec @ARGS@ -- su -l
            """;

    @TempDir
    Path folder;

    @Test
    void load_withoutFiles_hasTheBuiltIn() throws Exception {
        ClientConfig config = ClientConfig.load(folder.toString());
        assertEquals("local", config.defaultRemote());
        assertEquals("bootstrap", config.remotes().get("debian").protocol());
        assertTrue(config.remotes().get("local").isUnix());
    }

    @Test
    void load_aFileOfLxd() throws Exception {
        Files.writeString(folder.resolve("config.yml"), OF_LXD);
        ClientConfig config = ClientConfig.load(folder.toString());
        assertEquals("https://10.0.0.1:8443", config.remotes().get("r1").address());
        assertEquals("other", config.remotes().get("local").project());
        assertEquals("exec @ARGS@ -- su -l", config.aliases().get("login"));
    }

    @Test
    void save_thenLoad_isTheSame() throws Exception {
        Files.writeString(folder.resolve("config.yml"), OF_LXD);
        ClientConfig config = ClientConfig.load(folder.toString());
        config.remotes().remove("images");
        config.remotes().put("r2", Remote.server("https://[fd42::1]:8443"));
        config.aliases().put("ps", "exec @ARGS@ -- ps \"a: b\" #x");
        config.save();
        ClientConfig read = ClientConfig.load(folder.toString());
        assertEquals(config.remotes(), read.remotes());
        assertEquals(config.aliases(), read.aliases());
        assertFalse(read.remotes().containsKey("images"));
    }

    @Test
    void identity_isMadeOnceAndKeptPrivate() throws Exception {
        ClientConfig config = ClientConfig.load(folder.toString());
        assertNull(config.identityIfAny());
        var made = config.identity();
        assertEquals(made.certificate(), config.identity().certificate());
        assertEquals(
                PosixFilePermissions.fromString("rw-------"),
                Files.getPosixFilePermissions(folder.resolve("client.key")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: [1]",
                "a: &x 1",
                "a: |\n  text\n",
                "- a\n",
                "a: {b: c}",
                "a: \"x\\ty\"",
                "? a\n: b\n",
                "a: b # c",
                "  a: b\n c: d",
                "a: 'it''s'"
            })
    void plainYaml_whatIsNotPlain_isLeftToTheParser(String text) {
        assertNull(PlainYaml.parse(text));
    }

    @Test
    void plainYaml_agreesWithTheParser() throws Exception {
        assertEquals(Yaml.object(OF_LXD).toString(), PlainYaml.parse(OF_LXD).toString());
    }

    @Test
    void yaml_scalarsStayAsTheyStand() throws Exception {
        assertEquals(
                "{\"a\":\"1.10\",\"b\":\"yes\",\"c\":{},\"d\":\"\"}",
                Yaml.object("a: 1.10\nb: yes\nc: {}\nd:").toString());
        assertTrue(Yaml.object("").isEmpty());
        assertTrue(Yaml.object("# nothing\n").isEmpty());
    }
}
