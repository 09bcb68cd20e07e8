package io.lightvisor.linux.fs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The umask this process was started with. It belongs to the whole process, so it is only read (Linux 4.7),
/// never set.
final class Umask {
    private static final int VALUE = read();

    private Umask() {}

    /// Whether the umask takes anything from this mode.
    static boolean takes(int mode) {
        return (mode & VALUE) != 0 || (mode & 07000) != 0;
    }

    private static int read() {
        try {
            for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("Umask:")) {
                    return Integer.parseInt(line.substring("Umask:".length()).trim(), 8);
                }
            }
        } catch (IOException | NumberFormatException e) {
            System.getLogger("lightvisor.linux").log(System.Logger.Level.DEBUG, "umask unknown, taking all bits", e);
        }
        return 0777;
    }
}
