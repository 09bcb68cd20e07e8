package io.lightvisor.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What must outlive the daemon about one running container: a folder `run/ID`.
///
///     meta      name, start, boot of the host, AppArmor profile, a line each; then the seccomp program that commands
///               in the container get too. Written before the start
///     control   socket of the monitor
///     status    how init ended; written by the monitor, so also while no daemon runs
///     devices   rules for devices it is given, a line each; not there for none
///     nodes/    device nodes that an unprivileged container cannot make itself
record RunFolder(Path path) {
    private static final String META = "meta";
    private static final int LINES = 5;
    private static final String DEVICES = "devices";
    private static final String STATUS = "status";

    /// What a daemon started later needs to know.
    ///
    /// @param bootId of the host when the container started: after another boot nothing of it can be left
    /// @param privileged has no user namespace
    /// @param drops capabilities that commands go without, too
    /// @param appArmorProfile name, or empty
    /// @param seccomp program for seccomp(2), or empty
    record Meta(
            String name,
            Instant startedAt,
            String bootId,
            boolean privileged,
            long drops,
            String appArmorProfile,
            byte[] seccomp) {}

    static RunFolder of(Path runFolder, long instanceId) {
        return new RunFolder(runFolder.resolve(Long.toString(instanceId)));
    }

    Path control() {
        return path.resolve("control");
    }

    /// Makes it new; what an earlier start left is removed.
    void create(Meta meta) {
        try {
            makeFolder();
            String text = meta.name() + "\n" + meta.startedAt() + "\n" + meta.bootId() + "\n" + meta.privileged() + " "
                    + meta.drops() + "\n" + meta.appArmorProfile() + "\n";
            byte[] head = text.getBytes(StandardCharsets.UTF_8);
            byte[] all = Arrays.copyOf(head, head.length + meta.seccomp().length);
            System.arraycopy(meta.seccomp(), 0, all, head.length, meta.seccomp().length);
            Files.write(path.resolve(META), all, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void makeFolder() throws IOException {
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        try {
            Files.createDirectory(path, mode);
        } catch (FileAlreadyExistsException e) {
            remove();
            Files.createDirectory(path, mode);
        }
    }

    /// Empty if the start did not get so far.
    Optional<Meta> meta() {
        byte[] all;
        try {
            all = Files.readAllBytes(path.resolve(META));
        } catch (IOException e) {
            return Optional.empty();
        }
        var lines = new String[LINES];
        int at = 0;
        for (int i = 0; i < LINES; i++) {
            int end = at;
            while (end < all.length && all[end] != '\n') {
                end++;
            }
            if (end == all.length) {
                return Optional.empty();
            }
            lines[i] = new String(all, at, end - at, StandardCharsets.UTF_8);
            at = end + 1;
        }
        try {
            return Optional.of(new Meta(
                    lines[0],
                    Instant.parse(lines[1]),
                    lines[2],
                    lines[3].startsWith("true"),
                    drops(lines[3]),
                    lines[4],
                    Arrays.copyOfRange(all, at, all.length)));
        } catch (DateTimeParseException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /// A daemon before this one wrote only whether it is privileged.
    private static long drops(String line) {
        int space = line.indexOf(' ');
        return space < 0 ? Capabilities.usualDrops(line.equals("true")) : Long.parseLong(line.substring(space + 1));
    }

    /// Devices that the container is given, as rules for the devices cgroup.
    List<String> devices() {
        try {
            return Files.readAllLines(path.resolve(DEVICES));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void saveDevices(List<String> rules) {
        try {
            Path beside = path.resolve(DEVICES + ".new");
            Files.write(beside, rules);
            Files.move(beside, path.resolve(DEVICES), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// How init ended, if the monitor has written it down: `exited 0`, `killed 9`.
    Optional<ExitCause> status() {
        try {
            String text = Files.readString(path.resolve(STATUS), StandardCharsets.US_ASCII)
                    .strip();
            int space = text.indexOf(' ');
            return Optional.of(ExitCause.of(text.startsWith("exited"), Integer.parseInt(text.substring(space + 1))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.of(new ExitCause.MonitorLost());
        }
    }

    /// Removes it with all in it. Nothing in it is a guest's.
    void remove() {
        try {
            remove(path);
        } catch (NoSuchFileException e) {
            // Gone already is what was wanted.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (var entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    remove(entry);
                } else {
                    Files.deleteIfExists(entry);
                }
            }
        }
        Files.deleteIfExists(folder);
    }

    /// The ids of all folders there are.
    static List<Long> ids(Path runFolder) {
        var ids = new ArrayList<Long>();
        try (var entries = Files.newDirectoryStream(runFolder)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (!name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    ids.add(Long.parseLong(name));
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ids;
    }
}
