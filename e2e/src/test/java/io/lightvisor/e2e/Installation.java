package io.lightvisor.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Where the programs under test come from.
final class Installation {
    private Installation() {}

    /// The installation that the system property `lightvisor.prefix` names, else one laid out in `e2e/target` from
    /// what the build has left in the modules' `target` folders.
    static Path find() {
        String given = System.getProperty("lightvisor.prefix");
        if (given != null) {
            return Path.of(given);
        }
        Path made = checkout().resolve("e2e/target/installation");
        new Program(
                        List.of(checkout().resolve("packaging/install.sh").toString(), made.toString()),
                        Map.of("JAVA_HOME", System.getProperty("java.home")),
                        Duration.ofMinutes(4))
                .run()
                .ok();
        return made;
    }

    /// The checkout, found upwards from where Maven runs the tests.
    static Path checkout() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("packaging/install.sh"))) {
                return at;
            }
        }
        throw new AssertionError("not inside a checkout: " + Path.of("").toAbsolutePath());
    }
}
