package io.lightvisor.image.bootstrap;

import io.lightvisor.image.ImageUpload;
import io.lightvisor.image.Progress;
import io.lightvisor.image.Tool;
import io.lightvisor.image.tar.TarWriter;
import io.lightvisor.model.Architecture;
import io.lightvisor.model.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// A system of one program, the host's static busybox: small enough to be made in memory and within a second, whole
/// enough to take an address and to be stopped cleanly.
final class BusyboxRecipe implements Recipe {
    private static final List<Path> PLACES =
            List.of(Path.of("/bin/busybox"), Path.of("/usr/bin/busybox"), Path.of("/usr/lib/busybox/busybox"));
    private static final int MAX_BINARY = 16 * 1024 * 1024;

    @Override
    public String source() {
        return "busybox";
    }

    @Override
    public List<BootstrapAlias> aliases() {
        return List.of(new BootstrapAlias(List.of("latest", "busybox"), "Busybox of this host"));
    }

    @Override
    public void build(
            BootstrapAlias choice, BootstrapSpec spec, ImageUpload upload, Progress progress, RunningTool tools)
            throws IOException {
        if (!spec.packages().isEmpty()) {
            throw Problem.badRequest("a busybox image has no packages; build debian instead")
                    .exception();
        }
        progress.at("Packing", 0, -1);
        var binary = PLACES.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> Problem.failed(
                                "image \"busybox\" not built",
                                "this host has no busybox",
                                "install the package busybox-static")
                        .exception());
        var bytes = readStatic(binary);
        var applets = lines(List.of(binary.toString(), "--list-full"));
        var version = version(lines(List.of(binary.toString())));
        var image = pack(bytes, applets, version, Instant.now());
        upload.metadata(
                new ByteArrayInputStream(image),
                "busybox-" + version + "-" + Architecture.host().debianName() + ".tar.gz");
    }

    private static byte[] readStatic(Path binary) throws IOException {
        if (Files.size(binary) > MAX_BINARY) {
            throw new IOException(binary + " has more than " + MAX_BINARY + " bytes");
        }
        var bytes = Files.readAllBytes(binary);
        if (ElfFile.isDynamic(bytes)) {
            throw Problem.failed(
                            "image \"busybox\" not built",
                            binary + " needs libraries that the image would not have",
                            "install the package busybox-static")
                    .exception();
        }
        return bytes;
    }

    private static List<String> lines(List<String> command) throws IOException {
        try (var tool = Tool.start(command, null)) {
            var text = new String(tool.output().readNBytes(256 * 1024), StandardCharsets.UTF_8);
            var failure = tool.failure();
            if (failure.isPresent()) {
                throw new IOException(failure.get());
            }
            return text.lines().toList();
        }
    }

    /// `BusyBox v1.35.0 (Debian ...) multi-call binary.`
    private static String version(List<String> lines) {
        var words = lines.isEmpty() ? new String[0] : lines.getFirst().split(" ");
        var version = words.length > 1 && words[1].startsWith("v") ? words[1].substring(1) : "";
        for (int i = 0; i < version.length(); i++) {
            if (!Character.isDigit(version.charAt(i)) && version.charAt(i) != '.') {
                return "unknown";
            }
        }
        return version.isEmpty() ? "unknown" : version;
    }

    private static byte[] pack(byte[] binary, List<String> applets, String version, Instant now) throws IOException {
        var serial = DateTimeFormatter.ofPattern("yyyyMMdd_HHmm")
                .withZone(ZoneOffset.UTC)
                .format(now);
        var architecture = Architecture.host().debianName();
        var properties = Map.of(
                "os",
                "Busybox",
                "release",
                version,
                "version",
                version,
                "architecture",
                architecture,
                "variant",
                "default",
                "serial",
                serial,
                "name",
                "busybox-" + version + "-" + architecture,
                "description",
                "Busybox " + version + " " + architecture + " (" + serial.substring(0, 8) + ")");
        var bytes = new ByteArrayOutputStream(binary.length);
        try (var tar = new TarWriter(new GZIPOutputStream(bytes), now)) {
            tar.file("metadata.yaml", 0644, MetadataText.yaml(now, properties));
            tar.folder("templates", 0755);
            tar.file("templates/hostname.tpl", 0644, MetadataText.HOSTNAME_TEMPLATE);
            tar.file("templates/hosts.tpl", 0644, MetadataText.HOSTS_TEMPLATE);
            rootfs(tar, binary, applets, version);
        }
        return bytes.toByteArray();
    }

    private static void rootfs(TarWriter tar, byte[] binary, List<String> applets, String version) throws IOException {
        for (var folder : List.of(
                "",
                "/bin",
                "/dev",
                "/etc",
                "/home",
                "/mnt",
                "/proc",
                "/run",
                "/sbin",
                "/sys",
                "/usr",
                "/usr/bin",
                "/usr/sbin",
                "/var",
                "/var/log")) {
            tar.folder("rootfs" + folder, 0755);
        }
        tar.folder("rootfs/root", 0700);
        tar.folder("rootfs/tmp", 01777);
        tar.file("rootfs/bin/busybox", 0755, binary);
        for (var applet : applets) {
            if (isWanted(applet)) {
                // Hard links: three hundred names and one inode, so a copy is made ten times faster.
                tar.hardLink("rootfs/" + applet, "rootfs/bin/busybox");
            }
        }
        tar.file("rootfs/sbin/init", 0755, resource("busybox-init"));
        tar.file("rootfs/etc/udhcpc.script", 0755, resource("udhcpc-script"));
        tar.file(
                "rootfs/etc/passwd", 0644, "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n");
        tar.file("rootfs/etc/group", 0644, "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n");
        tar.file("rootfs/etc/shadow", 0640, "root:*:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n");
        tar.file("rootfs/etc/hosts", 0644, "127.0.0.1\tlocalhost\n::1\tlocalhost\n");
        tar.file("rootfs/etc/hostname", 0644, "");
        tar.file("rootfs/etc/resolv.conf", 0644, "");
        tar.file(
                "rootfs/etc/os-release",
                0644,
                "NAME=\"Busybox\"\nID=busybox\nVERSION_ID=\"" + version + "\"\nPRETTY_NAME=\"Busybox " + version
                        + "\"\n");
    }

    /// `bin/ls`, `usr/sbin/chroot`: below the folders that the image has. Init is a script of ours.
    private static boolean isWanted(String applet) {
        boolean known = applet.startsWith("bin/")
                || applet.startsWith("sbin/")
                || applet.startsWith("usr/bin/")
                || applet.startsWith("usr/sbin/");
        return known
                && !applet.contains("..")
                && !applet.equals("sbin/init")
                && !applet.equals("bin/busybox")
                && applet.indexOf('/', applet.startsWith("usr/") ? applet.indexOf('/', 4) + 1 : applet.indexOf('/') + 1)
                        < 0;
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = BusyboxRecipe.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the program is incomplete: " + name + " is missing");
            }
            return in.readAllBytes();
        }
    }
}
