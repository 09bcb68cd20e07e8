package io.lightvisor.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Values below /proc/sys/net, sysctl(8). They belong to the network namespace of the thread that opens them.
final class Sysctl {
    private static final System.Logger LOG = System.getLogger("lightvisor.network");
    private static final Path NET = Path.of("/proc/sys/net");

    private Sysctl() {}

    static boolean hasIpv6() {
        return Files.isDirectory(NET.resolve("ipv6"));
    }

    static Path ofInterface(String family, String name, String key) {
        return NET.resolve(family).resolve("conf").resolve(name).resolve(key);
    }

    static Path path(String relative) {
        return NET.resolve(relative);
    }

    /// Sets a value, if it is another; whether it was. Where the host has no such value or lets nobody write it, that
    /// is logged and the value stays.
    static boolean set(Path path, String value) {
        try {
            if (Files.readString(path).strip().equals(value)) {
                return false;
            }
            Files.writeString(path, value);
            return true;
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot set {0} to {1}, ignoring: {2}", path, value, e.getMessage());
            return false;
        }
    }

    static String get(Path path) {
        try {
            return Files.readString(path).strip();
        } catch (IOException _) {
            return "";
        }
    }
}
