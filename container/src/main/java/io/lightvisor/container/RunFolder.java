package io.lightvisor.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What must outlive the daemon about one running container: a folder `run/ID`.
///
///     meta      name, start, boot of the host, AppArmor profile; written before the start
///     seccomp   the program that commands in the container get too
///     control   socket of the monitor
///     status    how init ended; written by the monitor, so also while no daemon runs
record RunFolder(Path path) {
    private static final String META = "meta";
    private static final String SECCOMP = "seccomp";
    private static final String STATUS = "status";

    /// What a daemon started later needs to know.
    ///
    /// @param bootId of the host when the container started: after another boot nothing of it can be left
    /// @param privileged has no user namespace
    /// @param appArmorProfile name, or empty
    record Meta(String name, Instant startedAt, String bootId, boolean privileged, String appArmorProfile) {}

    static RunFolder of(Path runFolder, long instanceId) {
        return new RunFolder(runFolder.resolve(Long.toString(instanceId)));
    }

    Path control() {
        return path.resolve("control");
    }

    /// Makes it new; what an earlier start left is removed.
    void create(Meta meta, byte[] seccomp) {
        try {
            var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
            if (Files.exists(path)) {
                remove();
            }
            Files.createDirectory(path, mode);
            String text = meta.name() + "\n" + meta.startedAt() + "\n" + meta.bootId() + "\n" + meta.privileged() + "\n"
                    + meta.appArmorProfile() + "\n";
            Files.writeString(path.resolve(META), text, StandardOpenOption.CREATE_NEW);
            Files.write(path.resolve(SECCOMP), seccomp, StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Empty if the start did not get so far.
    Optional<Meta> meta() {
        try {
            List<String> lines = Files.readAllLines(path.resolve(META));
            if (lines.size() < 5) {
                return Optional.empty();
            }
            return Optional.of(new Meta(
                    lines.get(0),
                    Instant.parse(lines.get(1)),
                    lines.get(2),
                    Boolean.parseBoolean(lines.get(3)),
                    lines.get(4)));
        } catch (IOException | java.time.format.DateTimeParseException e) {
            return Optional.empty();
        }
    }

    byte[] seccomp() {
        try {
            return Files.readAllBytes(path.resolve(SECCOMP));
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

    void remove() {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // Gone already is what was wanted.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
