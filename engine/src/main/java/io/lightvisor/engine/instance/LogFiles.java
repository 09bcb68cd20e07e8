package io.lightvisor.engine.instance;

import io.lightvisor.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The log files of an instance that the API shows. Only names of the known forms are ever opened.
public final class LogFiles {
    private LogFiles() {}

    /// Whether a name is one that is shown: `lxc.log`, `lxc.conf`, `console.log`, `exec_*`, ...
    public static boolean isShown(String name) {
        return !name.contains("/")
                && !name.contains("..")
                && (name.equals("lxc.log")
                        || name.equals("lxc.log.old")
                        || name.equals("lxc.conf")
                        || name.equals("console.log")
                        || name.startsWith("exec_")
                        || name.startsWith("snapshot_")
                        || name.startsWith("migration_"));
    }

    /// Their names, sorted.
    public static List<String> list(Path folder) {
        var names = new ArrayList<String>();
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                String name = String.valueOf(file.getFileName());
                if (isShown(name)) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw Problem.failed("logs not listed", e.getMessage() == null ? e.toString() : e.getMessage())
                    .exception(e);
        }
        names.sort(null);
        return names;
    }

    /// A file's bytes.
    public static byte[] read(Path folder, String name) {
        if (!isShown(name)) {
            throw Problem.badRequest("Log file name \"" + Problem.printable(name) + "\" not valid")
                    .exception();
        }
        try {
            return Files.readAllBytes(folder.resolve(name));
        } catch (NoSuchFileException e) {
            throw Problem.notFound("Log file \"" + name + "\" not found").exception(e);
        } catch (IOException e) {
            throw Problem.failed("log file \"" + name + "\" not read", String.valueOf(e.getMessage()))
                    .exception(e);
        }
    }

    /// Removes a file; the runtime's own two are refused.
    public static void delete(Path folder, String name) {
        if (!isShown(name)) {
            throw Problem.badRequest("Log file name \"" + Problem.printable(name) + "\" not valid")
                    .exception();
        }
        if (name.equals("lxc.log") || name.equals("lxc.conf")) {
            throw Problem.badRequest("lxc.log and lxc.conf may not be deleted").exception();
        }
        try {
            if (!Files.deleteIfExists(folder.resolve(name))) {
                throw Problem.notFound("Log file \"" + name + "\" not found").exception();
            }
        } catch (IOException e) {
            throw Problem.failed("log file \"" + name + "\" not deleted", String.valueOf(e.getMessage()))
                    .exception(e);
        }
    }
}
