package io.lightvisor.image.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.model.ProblemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AptSourcesTest {
    @Test
    void read_bothStyles(@TempDir Path apt) throws Exception {
        Files.writeString(apt.resolve("sources.list"), """
                # comment
                deb [arch=amd64 signed-by=/x] http://mirror.example/debian bookworm main contrib # more
                deb-src http://source.example/debian bookworm main
                """);
        Files.createDirectories(apt.resolve("sources.list.d"));
        Files.writeString(apt.resolve("sources.list.d/security.sources"), """
                Types: deb deb-src
                # comment
                URIs: http://security.example/debian-security
                 http://second.example/debian-security
                Suites: bookworm-security
                Components: main

                Types: deb
                Enabled: no
                URIs: http://off.example/debian
                Suites: trixie
                """);
        Files.writeString(apt.resolve("sources.list.d/other.list"), "deb https://tool.example/apt stable-x main\n");

        var sources = AptSources.read(apt);

        assertEquals("http://mirror.example/debian", sources.requireArchive(DebianRelease.suites()));
        assertEquals(Optional.of("http://security.example/debian-security"), sources.security(List.of("bookworm")));
        assertEquals(Optional.empty(), sources.archive(List.of("trixie")));
    }

    @Test
    void requireArchive_withoutAny_saysWhereToAddIt(@TempDir Path apt) throws Exception {
        var sources = AptSources.read(apt);
        var e = assertThrows(ProblemException.class, () -> sources.requireArchive(List.of("bookworm")));
        assertTrue(e.getMessage().contains("/etc/apt"), e.getMessage());
    }

    @Test
    void oneLine_addressesThatAreCommands_arePassedOver() {
        assertEquals(
                List.of(), AptSources.oneLine("deb http://x/$(reboot) bookworm main\ndeb copy:/x'y bookworm main"));
    }
}
