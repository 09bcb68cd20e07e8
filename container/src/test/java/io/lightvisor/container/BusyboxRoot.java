package io.lightvisor.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// A root file system made of the host's static busybox, with an init that halts by SIGPWR and restarts by SIGINT.
final class BusyboxRoot {
    static final Path BUSYBOX = Path.of("/bin/busybox");

    private static final List<String> APPLETS = List.of(
            "sh",
            "cat",
            "ls",
            "sleep",
            "true",
            "false",
            "id",
            "kill",
            "ps",
            "echo",
            "stty",
            "tty",
            "env",
            "dd",
            "mount",
            "umount",
            "poweroff",
            "reboot",
            "halt",
            "hostname",
            "head",
            "seq",
            "wc",
            "touch",
            "chown",
            "stat",
            "mknod",
            "grep",
            "pwd",
            "printf",
            "insmod",
            "md5sum",
            "yes",
            "test",
            "mkdir");

    private static final String INIT = """
            #!/bin/sh
            trap 'poweroff -f' PWR
            trap 'reboot -f' INT
            echo ready
            (read line </dev/console; echo "typed $line") &
            while :; do sleep 1000 & wait $!; done
            """;

    private BusyboxRoot() {}

    static Path make(Path root) throws IOException {
        for (String folder : List.of("bin", "sbin", "dev", "proc", "sys", "etc", "tmp", "root", "run")) {
            Files.createDirectories(root.resolve(folder));
        }
        Files.copy(BUSYBOX, root.resolve("bin/busybox"));
        for (String applet : APPLETS) {
            Files.createSymbolicLink(root.resolve("bin").resolve(applet), Path.of("busybox"));
        }
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
        executable(root.resolve("sbin/init"), INIT);
        Files.writeString(root.resolve("bin/garbage"), "\u0001\u0002 not a program");
        Files.setPosixFilePermissions(root.resolve("bin/garbage"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(root.resolve("bin/plain"), "not executable");
        Files.setPosixFilePermissions(root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
        return root;
    }

    static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
