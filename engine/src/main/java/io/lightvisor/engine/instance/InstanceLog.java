package io.lightvisor.engine.instance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// `lxc.log` of an instance: what the last start did and how it ended, as `lxc info --show-log` shows it.
final class InstanceLog {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss.SSS").withZone(ZoneOffset.UTC);

    private final Path file;
    private final String name;

    private InstanceLog(Path file, String name) {
        this.file = file;
        this.name = name;
    }

    /// Makes the folder, and puts the log of the run before aside as `lxc.log.old`.
    static InstanceLog fresh(Path folder) {
        var log = new InstanceLog(folder.resolve("lxc.log"), String.valueOf(folder.getFileName()));
        try {
            Files.createDirectories(folder);
            if (Files.exists(log.file)) {
                Files.move(log.file, folder.resolve("lxc.log.old"), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot set the log of " + log.name + " aside, going on: " + e);
        }
        return log;
    }

    /// The log as it is.
    static InstanceLog of(Path folder) {
        return new InstanceLog(folder.resolve("lxc.log"), String.valueOf(folder.getFileName()));
    }

    /// Adds a line.
    void line(String level, String text) {
        String line = "lxc " + name + " " + TIME.format(Instant.now()) + " " + level + "    " + text + "\n";
        try {
            Files.writeString(file, line, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot write the log of " + name + ", going on: " + e);
        }
    }
}
