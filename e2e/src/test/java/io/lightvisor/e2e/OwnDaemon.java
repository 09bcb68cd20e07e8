package io.lightvisor.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;

/// A second daemon for one test, with a folder of its own that may lie on a file system of its own.
record OwnDaemon(Daemon daemon, Path lxdDir, Lxc lxc, Api api) {

    /// Gives the test a folder without a daemon; what is left of it afterwards is removed.
    static void folder(LightvisorHost host, Consumer<Path> test) throws IOException {
        Path lxdDir = Files.createTempDirectory(
                Path.of("/tmp"),
                "lightvisor-own-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        try {
            test.accept(lxdDir);
        } finally {
            Program.of("find", lxdDir.toString(), "-delete").run();
        }
    }

    /// Gives the test a daemon on a tmpfs of `size` (as mount(8) writes it).
    static void onSmallDisk(LightvisorHost host, String size, Consumer<OwnDaemon> test) throws IOException {
        folder(host, lxdDir -> {
            Program.of("mount", "-t", "tmpfs", "-o", "mode=711,size=" + size, "small", lxdDir.toString())
                    .run()
                    .ok();
            try {
                on(host, lxdDir, test);
            } finally {
                Program.of("umount", lxdDir.toString()).run().ok();
            }
        });
    }

    /// Gives the test a daemon on this folder, stopped afterwards. The test deletes what it makes on the host.
    static void on(LightvisorHost host, Path lxdDir, Consumer<OwnDaemon> test) {
        Path logs = Program.of("mktemp", "-d", "-p", host.scratch().toString())
                .run()
                .ok()
                .out()
                .lines()
                .map(Path::of)
                .findFirst()
                .orElseThrow();
        var daemon = new Daemon(host.prefix(), lxdDir, logs);
        try {
            var lxc = new Lxc(host.prefix().resolve("bin/lxc"), lxdDir, logs);
            test.accept(new OwnDaemon(daemon, lxdDir, lxc, new Api(lxdDir.resolve("unix.socket"))));
        } finally {
            if (daemon.isAlive()) {
                daemon.stop();
            }
        }
    }
}
