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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// Debian by mmdebstrap(1), from the mirror that the host's own apt uses. The result is a split image: the tarball that
/// mmdebstrap writes streams through zstd into the upload, and nothing else is written.
final class DebianRecipe implements Recipe {
    /// A system that starts, has a network and can install more.
    private static final List<String> PACKAGES = List.of(
            "systemd",
            "systemd-sysv",
            // Where /sys is writable, as in a container with a user namespace, systemd-networkd leaves a link alone
            // until
            // udev has said that it is ready.
            "udev",
            // Writes /etc/resolv.conf from what DHCP says; systemd-networkd alone does not.
            "systemd-resolved",
            "dbus",
            "ca-certificates",
            "iproute2",
            "netbase");

    /// The client is known by its MAC address, as the leases of a bridge expect, not by a machine id that a copy of the
    /// instance would share.
    private static final String NETWORK = """
            [Match]
            Name=eth0

            [Network]
            DHCP=yes
            IPv6AcceptRA=yes

            [DHCPv4]
            ClientIdentifier=mac
            UseDomains=true

            [DHCPv6]
            UseDomains=true
            """;

    /// Run by mmdebstrap with the root as its argument. The files wait in a folder that the environment names, so no
    /// path becomes part of a command.
    private static final String CUSTOMIZE = """
            set -e
            cp -a --no-preserve=ownership "$LIGHTVISOR_FILES"/. "$1"/
            chroot "$1" systemctl --quiet enable systemd-networkd.service systemd-resolved.service
            rm -f "$1"/etc/hostname "$1"/etc/hosts "$1"/etc/resolv.conf
            ln -s ../run/systemd/resolve/stub-resolv.conf "$1"/etc/resolv.conf
            : > "$1"/etc/machine-id
            rm -f "$1"/etc/dpkg/dpkg.cfg.d/99mmdebstrap
            """;

    private static final Map<String, String> STAGES = Map.of(
            "I: running apt-get update", "Reading package lists",
            "I: downloading packages", "Downloading packages",
            "I: extracting archives", "Extracting packages",
            "I: installing essential", "Installing essential packages",
            "I: installing remaining", "Installing packages",
            "I: running --customize-hook", "Configuring",
            "I: cleaning package", "Cleaning up",
            "I: creating tarball", "Packing");

    private final WorkFolder work;

    DebianRecipe(WorkFolder work) {
        this.work = work;
    }

    @Override
    public String source() {
        return "debian";
    }

    @Override
    public List<BootstrapAlias> aliases() {
        var aliases = new ArrayList<BootstrapAlias>();
        for (var release : DebianRelease.ALL) {
            aliases.add(new BootstrapAlias(
                    List.of(release.version(), release.codename()),
                    "Debian " + release.version() + " (" + release.codename() + ")"));
        }
        return aliases;
    }

    @Override
    public void build(
            BootstrapAlias choice, BootstrapSpec spec, ImageUpload upload, Progress progress, RunningTool tools)
            throws IOException {
        var release = DebianRelease.ALL.stream()
                .filter(each -> choice.names().contains(each.version()))
                .findFirst()
                .orElseThrow();
        var now = Instant.now();
        var name = "debian-" + release.version() + "-" + Architecture.host().debianName();
        progress.at("Starting", 0, -1);
        upload.metadata(new ByteArrayInputStream(metadata(release, spec, now)), name + ".tar.gz");
        var folder = work.fresh();
        try {
            writeFiles(folder.resolve("files"));
            bootstrap(release, spec, folder, upload, name + ".tar.zst", progress, tools);
        } finally {
            work.remove(folder);
        }
    }

    private static byte[] metadata(DebianRelease release, BootstrapSpec spec, Instant now) throws IOException {
        var serial = DateTimeFormatter.ofPattern("yyyyMMdd_HHmm")
                .withZone(ZoneOffset.UTC)
                .format(now);
        var architecture = Architecture.host().debianName();
        var properties = new HashMap<>(Map.of(
                "os",
                "Debian",
                "release",
                release.codename(),
                "version",
                release.version(),
                "architecture",
                architecture,
                "variant",
                spec.packages().isEmpty() ? "default" : "custom",
                "serial",
                serial,
                "name",
                "debian-" + release.codename() + "-" + architecture,
                "description",
                "Debian " + release.version() + " (" + release.codename() + ") " + architecture + " ("
                        + serial.substring(0, 8) + ")"));
        if (!spec.packages().isEmpty()) {
            properties.put("packages", String.join(" ", spec.packages()));
        }
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarWriter(new GZIPOutputStream(bytes), now)) {
            tar.file("metadata.yaml", 0644, MetadataText.yaml(now, properties));
            tar.folder("templates", 0755);
            tar.file("templates/hostname.tpl", 0644, MetadataText.HOSTNAME_TEMPLATE);
            tar.file("templates/hosts.tpl", 0644, MetadataText.HOSTS_TEMPLATE);
        }
        return bytes.toByteArray();
    }

    private static void writeFiles(Path files) throws IOException {
        var network = files.resolve("etc/systemd/network");
        Files.createDirectories(network);
        Files.writeString(network.resolve("80-eth0.network"), NETWORK);
        for (var each : List.of(files, files.resolve("etc"), files.resolve("etc/systemd"), network)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.setPosixFilePermissions(network.resolve("80-eth0.network"), PosixFilePermissions.fromString("rw-r--r--"));
    }

    private void bootstrap(
            DebianRelease release,
            BootstrapSpec spec,
            Path folder,
            ImageUpload upload,
            String filename,
            Progress progress,
            RunningTool tools)
            throws IOException {
        var environment = new HashMap<String, String>();
        environment.put("LIGHTVISOR_FILES", folder.resolve("files").toString());
        // Its root grows there and not in /tmp, and goes with the folder whatever becomes of the process.
        environment.put("TMPDIR", folder.toString());
        for (var proxy : List.of("http_proxy", "https_proxy", "no_proxy")) {
            var value = System.getenv(proxy);
            if (value != null) {
                environment.put(proxy, value);
            }
        }
        var commands = List.of(command(release, spec), List.of("zstd", "-c", "-q", "-T0"));
        try (var tool = Tool.start(commands, null, environment, line -> tell(line, progress))) {
            tools.set(tool);
            upload.rootfs(tool.output(), filename);
            var failure = tool.failure();
            if (failure.isPresent()) {
                throw Problem.failed(
                                "image \"debian/" + release.version() + "\" not built",
                                failure.get(),
                                "check the package mirror in /etc/apt, and the names of the packages")
                        .exception();
            }
        }
    }

    private static void tell(String line, Progress progress) {
        for (var stage : STAGES.entrySet()) {
            if (line.startsWith(stage.getKey())) {
                progress.at(stage.getValue(), 0, -1);
            }
        }
    }

    private static List<String> command(DebianRelease release, BootstrapSpec spec) throws IOException {
        var sources = AptSources.read(Path.of("/etc/apt"));
        var archive = sources.requireArchive(DebianRelease.suites());
        var packages = new LinkedHashSet<>(PACKAGES);
        packages.addAll(spec.packages());
        var command = new ArrayList<>(List.of(
                // Its mounts die with it, whatever becomes of it.
                "unshare",
                "--mount",
                "--",
                "mmdebstrap",
                "--mode=root",
                "--format=tar",
                "--variant=minbase",
                "--architectures=" + Architecture.host().debianName(),
                // A build that a crash ends is thrown away, so dpkg need not wait for the disk after each file.
                "--dpkgopt=force-unsafe-io",
                "--include=" + String.join(",", packages),
                "--customize-hook=" + CUSTOMIZE));
        for (var proxy : List.of("Acquire::http::Proxy", "Acquire::https::Proxy")) {
            var value = aptOption(proxy);
            if (!value.isEmpty()) {
                command.add("--aptopt=" + proxy + " \"" + value + "\"");
            }
        }
        command.add(release.codename());
        command.add("-");
        command.add(line(archive, release.codename()));
        command.add(line(archive, release.codename() + "-updates"));
        var security = sources.security(DebianRelease.suites());
        if (security.isPresent()) {
            command.add(line(security.get(), release.codename() + "-security"));
        }
        return command;
    }

    private static String line(String address, String suite) {
        return "deb " + address + " " + suite + " main";
    }

    /// The host's own proxy for packages, if it has one.
    private static String aptOption(String name) throws IOException {
        try (var tool = Tool.start(List.of("apt-config", "shell", "value", name), null)) {
            // value='http://proxy.example:3128'
            var text = new String(tool.output().readNBytes(4096), StandardCharsets.UTF_8).strip();
            int from = text.indexOf('\'');
            int to = text.lastIndexOf('\'');
            var value = from >= 0 && to > from ? text.substring(from + 1, to) : "";
            return value.indexOf('"') >= 0 || value.indexOf('\\') >= 0 ? "" : value;
        }
    }
}
