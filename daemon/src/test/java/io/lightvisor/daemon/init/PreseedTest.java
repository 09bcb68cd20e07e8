package io.lightvisor.daemon.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.daemon.command.CommandFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreseedTest {
    /// As LXD 5.0.2 dumps it.
    private static final String DUMP = """
            config:
              core.https_address: '[::]:8443'
            networks:
            - config:
                ipv4.address: 10.78.41.1/24
                ipv4.nat: "true"
                ipv6.address: none
              description: ""
              name: lxdbr0
              type: bridge
              project: default
            storage_pools:
            - config:
                source: /var/lib/lxd/storage-pools/default
              description: ""
              name: default
              driver: dir
            profiles:
            - config: {}
              description: Default LXD profile
              devices:
                root:
                  path: /
                  pool: default
                  type: disk
              name: default
            projects: []
            """;

    @Test
    void yaml_readsBackTheSame() throws CommandFailure {
        var preseed = Preseed.parse(DUMP);
        String written = preseed.yaml();
        assertEquals(DUMP.replace("'[::]:8443'", "\"[::]:8443\""), written);
        assertEquals(written, Preseed.parse(written).yaml());
    }

    @Test
    void parse_scalarsBecomeStrings() throws CommandFailure {
        var preseed = Preseed.parse("config: {core.shutdown_timeout: 3, images.auto_update_cached: true, a: null}");
        assertEquals("3", preseed.config().text("core.shutdown_timeout"));
        assertEquals("true", preseed.config().text("images.auto_update_cached"));
        assertEquals("", preseed.config().text("a"));
    }

    @Test
    void parse_nothing() throws CommandFailure {
        assertTrue(Preseed.parse("").networks().isEmpty());
        assertTrue(Preseed.parse("cluster: null").pools().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo: bar",
                "- a",
                "config: [",
                "networks: {a: b}",
                "networks: [{name: x, colour: red}]",
                "profiles: [{description: nameless}]",
                "cluster: {enabled: true}",
                "a: &a [*a,*a]"
            })
    void parse_refuses(String yaml) {
        assertThrows(CommandFailure.class, () -> Preseed.parse(yaml));
    }
}
