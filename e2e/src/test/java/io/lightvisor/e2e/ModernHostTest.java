package io.lightvisor.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The same installation on a modern host: pure cgroup v2, AppArmor, Debian's own kernel. A virtual machine,
/// emulated, so for truth and not for speed. `MODERN_HOST` names the script that runs one (`modern-host.sh run
/// --disk DIR --put FILE:PATH -- COMMAND`); without it the one beside the checkout is taken,
/// `../shared/tools/modern-host/modern-host.sh`.
@OnLightvisor
@Needs({Need.ROOT, Need.MODERN_HOST, Need.DEBIAN_MIRROR})
final class ModernHostTest {
    private static final Duration LIMIT = Duration.ofMinutes(12);

    /// The script that runs a command in the machine, if there is one and its machine has been built.
    static Optional<Path> script() {
        Path beside = Installation.checkout().resolveSibling("shared/tools/modern-host/modern-host.sh");
        Path script = Path.of(System.getenv().getOrDefault("MODERN_HOST", beside.toString()));
        Path machine =
                Path.of(System.getenv().getOrDefault("MH", "/tmp/modern-host")).resolve("mh.raw");
        return Files.isExecutable(script) && Files.exists(machine) ? Optional.of(script) : Optional.empty();
    }

    @Test
    @Timeout(value = 14, unit = TimeUnit.MINUTES)
    void containers_onModernHost(LightvisorHost host) throws IOException {
        DebianGuestTest.build(host);
        Path images = Files.createDirectory(host.scratch().resolve("images"));
        export(host, LightvisorHost.BUSYBOX, images);
        export(host, DebianGuestTest.ALIAS, images);
        Path guestScript = Installation.checkout().resolve("e2e/src/test/scripts/modern-host.sh");
        var result = new Program(
                        List.of(
                                script().orElseThrow().toString(),
                                "run",
                                "-t",
                                String.valueOf(LIMIT.toSeconds()),
                                "--disk",
                                host.prefix().toString(),
                                "--disk",
                                images.toString(),
                                "--put",
                                guestScript + ":/root/modern-host.sh",
                                "--",
                                "/root/modern-host.sh /media/" + host.prefix().getFileName()),
                        Map.of(),
                        LIMIT.plusMinutes(1))
                .run();
        if (result.exit() != 0) {
            throw new AssertionError("in the machine: exit code " + result.exit() + "\n" + result.out() + result.err());
        }
    }

    /// Each image in a folder of its own, as it may come out as one file or as two.
    private static void export(LightvisorHost host, String alias, Path images) throws IOException {
        Path folder = Files.createDirectory(images.resolve(alias));
        host.ours().run("image", "export", alias, folder + "/");
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isEmpty()) {
                throw new AssertionError("no file was exported for " + alias);
            }
        }
    }
}
