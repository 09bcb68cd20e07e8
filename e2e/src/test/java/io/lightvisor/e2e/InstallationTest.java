package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `packaging/install.sh` lays out.
@OnLightvisor
final class InstallationTest {
    private final LightvisorHost host;

    InstallationTest(LightvisorHost host) {
        this.host = host;
    }

    /// With `AOTMode=on` a JVM that cannot use its cache ends instead of going on without, three times as slow.
    @ParameterizedTest
    @ValueSource(strings = {"lxd", "lxc"})
    void cache_fits(String name) throws IOException {
        assertTrue(conf(name).contains("aot=" + name + "-"), "a cache was made");
        Program.of(host.prefix().resolve("bin/" + name).toString(), "version")
                .with("LIGHTVISOR_JAVA_OPTS", "-XX:AOTMode=on")
                .with("LXD_DIR", host.lxdDir().toString())
                .run()
                .ok();
    }

    @Test
    void classPath_isThere() throws IOException {
        for (String name : new String[] {"lxd", "lxc"}) {
            for (String line : conf(name).lines().toList()) {
                if (line.startsWith("classpath=")) {
                    for (String jar : line.substring("classpath=".length()).split(":")) {
                        assertTrue(Files.exists(host.prefix().resolve("lib").resolve(jar)), jar);
                    }
                }
            }
        }
    }

    @Test
    void command_throughLink() throws IOException {
        Path link = Files.createSymbolicLink(
                Files.createTempDirectory(host.scratch(), "link").resolve("lxc"),
                host.prefix().resolve("bin/lxc"));
        var result = Program.of(link.toString(), "version")
                .with("LXD_DIR", host.lxdDir().toString());
        assertEquals("Client version: 5.0.2", result.run().ok().lines().getFirst());
    }

    @Test
    void monitor_isSmallAndNeedsNothing() throws IOException {
        Path monitor = host.prefix().resolve("libexec/lightvisor-monitor");
        assertTrue(Files.size(monitor) < 200_000, "size " + Files.size(monitor));
        // ldd(1) fails on a program that is linked statically.
        assertTrue(Program.of("ldd", monitor.toString()).run().exit() != 0);
    }

    private String conf(String name) throws IOException {
        return Files.readString(host.prefix().resolve("lib/" + name + ".conf"));
    }
}
