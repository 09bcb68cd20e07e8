package io.lightvisor.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Small images for tests, each with content of its own (`/marker`) and so with a fingerprint of its own.
final class TestImage {
    private TestImage() {}

    /// One tarball with metadata.yaml and rootfs/.
    static Path unified(Path folder, String marker) throws IOException {
        Path tree = tree(folder, marker);
        Path file = folder.resolve(marker + ".tar.gz");
        Program.of(
                        "tar",
                        "-C",
                        tree.toString(),
                        "--numeric-owner",
                        "--owner=0",
                        "--group=0",
                        "-czf",
                        file.toString(),
                        "metadata.yaml",
                        "rootfs")
                .run()
                .ok();
        return file;
    }

    /// The first half of a split image.
    static Path metadata(Path folder, String marker) throws IOException {
        Path tree = tree(folder, marker);
        Path file = folder.resolve("meta-" + marker + ".tar.xz");
        Program.of("tar", "-C", tree.toString(), "-cJf", file.toString(), "metadata.yaml")
                .run()
                .ok();
        return file;
    }

    /// The second half of a split image.
    static Path squashfs(Path folder, String marker) throws IOException {
        Path tree = tree(folder, marker);
        Path file = folder.resolve(marker + ".squashfs");
        Program.of(
                        "mksquashfs",
                        tree.resolve("rootfs").toString(),
                        file.toString(),
                        "-all-root",
                        "-quiet",
                        "-no-progress")
                .run()
                .ok();
        return file;
    }

    private static Path tree(Path folder, String marker) throws IOException {
        Path tree = folder.resolve("tree-" + marker);
        if (Files.exists(tree)) {
            return tree;
        }
        Path root = Files.createDirectories(tree.resolve("rootfs"));
        for (String name : new String[] {"bin", "sbin", "etc", "proc", "sys", "dev", "tmp", "root", "run"}) {
            Files.createDirectories(root.resolve(name));
        }
        Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
        for (String applet : Program.of("/bin/busybox", "--list").run().ok().lines()) {
            if (!applet.equals("busybox") && !applet.equals("init")) {
                Files.createSymbolicLink(root.resolve("bin/" + applet), Path.of("busybox"));
            }
        }
        Files.writeString(root.resolve("marker"), marker);
        Files.writeString(
                root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\n");
        Path init = root.resolve("sbin/init");
        Files.writeString(init, INIT);
        Program.of("chmod", "-R", "u=rwX,go=rX", tree.toString()).run().ok();
        Program.of("chmod", "0755", init.toString(), root.resolve("bin/busybox").toString())
                .run()
                .ok();
        Files.writeString(
                tree.resolve("metadata.yaml"),
                METADATA.formatted(Program.of("uname", "-m").run().out().strip(), marker));
        return tree;
    }

    private static final String INIT = """
            #!/bin/sh
            export PATH=/bin:/sbin
            trap 'exit 0' PWR
            echo init is up
            while :; do sleep 3600 & wait $!; done
            """;

    private static final String METADATA = """
            architecture: %s
            creation_date: 1700000000
            properties:
              description: test image %s
              os: busybox
            """;
}
