package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.MacAddress;
import io.lightvisor.model.DeviceName;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.ProjectName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The folder of a network, as scripts know it from LXD:
///
///     networks/lxdbr0/dnsmasq.pid       of the process that serves
///                     dnsmasq.raw       what the user added
///                     dnsmasq.leases    dnsmasq's own
///                     dnsmasq.hosts/c1.eth0   one file per NIC: 00:16:3e:11:22:33,10.1.2.3,c1
record DnsmasqFiles(Path folder) {
    private static final String DEFAULT_PROJECT = "default";
    private static final int MAC_LENGTH = 17;

    Path pid() {
        return folder.resolve("dnsmasq.pid");
    }

    Path raw() {
        return folder.resolve("dnsmasq.raw");
    }

    Path leases() {
        return folder.resolve("dnsmasq.leases");
    }

    Path hosts() {
        return folder.resolve("dnsmasq.hosts");
    }

    /// Makes the folders. dnsmasq reads the hosts after it has given up root, so others may pass through.
    void create() {
        try {
            var parent = folder.getParent();
            if (parent != null) {
                folder(parent, "rwx--x--x");
            }
            folder(folder, "rwx--x--x");
            folder(hosts(), "rwxr-xr-x");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The first folder on the way to the hosts through which dnsmasq cannot pass once it is no longer root, so that it
    /// would know no names and no fixed addresses.
    Optional<Path> barrier() {
        for (var path = folder.toAbsolutePath(); path != null; path = path.getParent()) {
            try {
                if (!Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return Optional.of(path);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return Optional.empty();
    }

    private static void folder(Path path, String mode) throws IOException {
        var permissions = PosixFilePermissions.fromString(mode);
        if (!Files.isDirectory(path)) {
            Files.createDirectories(path, PosixFilePermissions.asFileAttribute(permissions));
            // The umask may have taken bits away.
            Files.setPosixFilePermissions(path, permissions);
        }
    }

    /// Writes what the user added; whether it was different before.
    boolean writeRaw(String text) {
        return write(raw(), text.endsWith("\n") ? text : text + "\n");
    }

    /// What changed about the host entries, and so what dnsmasq must be told.
    enum Change {
        NONE,
        /// Only new files: dnsmasq sees them by itself.
        ADDED,
        /// A file is different or gone: dnsmasq must read all again.
        REPLACED
    }

    /// Writes the entry of a NIC.
    Change put(StaticLease lease) {
        var file = hosts().resolve(fileName(lease.project(), lease.instance(), lease.device()));
        boolean existed = Files.exists(file);
        return write(file, line(lease)) ? (existed ? Change.REPLACED : Change.ADDED) : Change.NONE;
    }

    /// The hardware address in the entry of a NIC.
    Optional<MacAddress> hwaddr(ProjectName project, InstanceName instance, DeviceName device) {
        try {
            String line = Files.readString(hosts().resolve(fileName(project, instance, device)));
            return line.length() < MAC_LENGTH ? Optional.empty() : MacAddress.find(line.substring(0, MAC_LENGTH));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Removes the entry of a NIC.
    Change remove(ProjectName project, InstanceName instance, DeviceName device) {
        try {
            return Files.deleteIfExists(hosts().resolve(fileName(project, instance, device)))
                    ? Change.REPLACED
                    : Change.NONE;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Makes the entries those of these NICs and no others.
    Change putAll(List<StaticLease> leases) {
        var change = Change.NONE;
        var wanted = new HashSet<String>();
        for (var lease : leases) {
            wanted.add(fileName(lease.project(), lease.instance(), lease.device()));
            var one = put(lease);
            change = one.compareTo(change) > 0 ? one : change;
        }
        try (var files = Files.newDirectoryStream(hosts())) {
            for (var file : files) {
                if (!wanted.contains(String.valueOf(file.getFileName()))) {
                    Files.delete(file);
                    change = Change.REPLACED;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return change;
    }

    /// `c1.eth0`, or `project_c1.eth0` outside the project `default`. dnsmasq skips names that end with a tilde,
    /// or begin with a dot or hash, so what is not plain is written as `%` and its number.
    static String fileName(ProjectName project, InstanceName instance, DeviceName device) {
        var name = new StringBuilder();
        if (!project.value().equals(DEFAULT_PROJECT)) {
            plain(name, project.value());
            name.append('_');
        }
        name.append(instance.value()).append('.');
        plain(name, device.value());
        return name.toString();
    }

    private static void plain(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean ok = c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '-'
                    || c == '_'
                    || c == '.' && i > 0;
            if (ok) {
                out.append(c);
            } else {
                out.append('%').append(Integer.toHexString(c));
            }
        }
    }

    /// A line of a hosts file of dnsmasq: all parts come from types that hold no comma.
    static String line(StaticLease lease) {
        var line = new StringBuilder(lease.mac().toString());
        lease.ipv4().ifPresent(ip -> line.append(',').append(ip));
        lease.ipv6().ifPresent(ip -> line.append(",[").append(ip).append(']'));
        lease.dnsName().ifPresent(name -> line.append(',').append(name));
        return line.append('\n').toString();
    }

    /// Writes beside and renames, so that a reader sees the old content or the new; whether it was different before.
    private static boolean write(Path file, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            try {
                if (Arrays.equals(Files.readAllBytes(file), bytes)) {
                    return false;
                }
            } catch (NoSuchFileException _) {
                // It is new.
            }
            // A name that dnsmasq skips.
            var beside = file.resolveSibling("." + file.getFileName() + "~");
            Files.write(beside, bytes);
            Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Removes the folder if it holds nothing but what this class puts there.
    void deleteOurs() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                String name = String.valueOf(file.getFileName());
                if (!name.startsWith("dnsmasq.") && !name.startsWith(".dnsmasq.")) {
                    return;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        delete();
    }

    /// Removes the folder with all in it.
    void delete() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e) throws IOException {
                    if (e != null) {
                        throw e;
                    }
                    Files.delete(dir);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A line of the lease file.
    ///
    /// @param hostname empty if the client has none
    /// @param identifier what the client called itself by, as dnsmasq writes it; `*` if nothing
    record Given(String hwaddr, IpAddress address, String hostname, String identifier) {}

    /// The leases that dnsmasq has written down; lines it could not be expected to write are skipped.
    ///
    ///     1795558114 00:16:3e:40:68:38 10.78.79.192 a2 01:00:16:3e:40:68:38
    ///     duid 00:01:00:01:32:98:b9:51:de:6f:56:7d:0f:ac
    ///     1795558114 1234 fd42::5 a2 00:01:00:01:2c:00:11:22:00:16:3e:40:68:38
    List<Given> given() {
        var given = new ArrayList<Given>();
        String text;
        try {
            text = Files.readString(leases(), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException _) {
            return given;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int from = 0; from < text.length(); ) {
            int end = text.indexOf('\n', from);
            end = end < 0 ? text.length() : end;
            parse(text.substring(from, end)).ifPresent(given::add);
            from = end + 1;
        }
        return given;
    }

    private static Optional<Given> parse(String line) {
        String[] parts = line.split(" ", 6);
        if (parts.length < 5) {
            return Optional.empty();
        }
        String hostname = parts[3].equals("*") ? "" : parts[3];
        return IpAddress.find(parts[2])
                .map(ip -> new Given(ip.v6() ? ofDuid(parts[4]) : parts[1], ip, hostname, parts[4]));
    }

    /// The hardware address that the client's DUID ends with (RFC 8415, section 11), or nothing.
    private static String ofDuid(String duid) {
        boolean linkLayer = duid.startsWith("00:01:00:01:") && duid.length() == 41
                || duid.startsWith("00:03:00:01:") && duid.length() == 29;
        if (!linkLayer) {
            return "";
        }
        return MacAddress.find(duid.substring(duid.length() - 17))
                .map(MacAddress::toString)
                .orElse("");
    }
}
