package io.lightvisor.container;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Finds threads by the ids that they have inside.
final class ContainerThreads {
    private ContainerThreads() {}

    /// The thread that has this id in the pid namespace of another.
    ///
    /// @param of a thread of that namespace, as we see it
    /// @return as we see it
    /// @throws SyscallException with `ESRCH` if there is none
    static int find(int of, int inside) {
        try {
            var namespace = Files.readSymbolicLink(Path.of("/proc/" + of + "/ns/pid"));
            try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                for (Path process : processes) {
                    int found = find(process, namespace, inside);
                    if (found > 0) {
                        return found;
                    }
                }
            }
        } catch (IOException e) {
            // It is gone, or /proc is: the same to who asks.
        }
        throw new SyscallException("find", "thread " + inside, Errno.ESRCH);
    }

    private static int find(Path process, Path namespace, int inside) {
        try {
            if (!Files.readSymbolicLink(process.resolve("ns/pid")).equals(namespace)) {
                return 0;
            }
            try (var threads = Files.newDirectoryStream(process.resolve("task"))) {
                for (Path thread : threads) {
                    for (String line : Files.readAllLines(thread.resolve("status"))) {
                        if (line.startsWith("NSpid:")) {
                            String[] ids = line.substring(6).strip().split("\\s+");
                            if (Integer.parseInt(ids[ids.length - 1]) == inside) {
                                return Integer.parseInt(thread.getFileName().toString());
                            }
                        }
                    }
                }
            }
        } catch (IOException e) {
            // Ended while we looked.
        }
        return 0;
    }
}
