package io.lightvisor.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// What a test needs of the machine it runs on; without it the test is skipped, saying why.
public final class Host {
    private Host() {}

    public static void needsRoot() {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    }

    public static void needsFile(String path) {
        Assumptions.assumeTrue(Files.exists(Path.of(path)), "needs " + path);
    }

    public static int openDescriptors() {
        var names = Path.of("/proc/self/fd").toFile().list();
        return names == null ? 0 : names.length;
    }
}
