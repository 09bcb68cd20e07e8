package io.lightvisor.container;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.process.ExitStatus;
import io.lightvisor.linux.process.Spawn;
import io.lightvisor.linux.socket.Pipe;
import io.lightvisor.model.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// Confines containers by AppArmor, where the host has it. There is one profile for each way of being confined
/// ([AppArmorProfile]) and not one for each container: compiling one takes far longer than a whole start, and
/// containers of one kind cannot reach each other anyway, being in namespaces of their own. A profile is loaded by
/// apparmor_parser(8) when the first container of its kind starts, from the parser's cache if it can.
final class AppArmor {
    private static final Path ENABLED = Path.of("/sys/module/apparmor/parameters/enabled");
    private static final Path INTERFACE = Path.of("/sys/kernel/security/apparmor");
    private static final List<Path> PARSERS =
            List.of(Path.of("/usr/sbin/apparmor_parser"), Path.of("/sbin/apparmor_parser"));

    private static final String LOAD = "--replace";
    private static final String UNLOAD = "--remove";

    private final Path parser;
    private final String attribute;
    private final String daemonTag;
    private final Path profiles;
    private final Path cache;
    private final ReentrantLock loading = new ReentrantLock();
    /// Names of profiles that are in the kernel. Guarded by `loading`.
    private final Set<String> loaded = new HashSet<>();

    private AppArmor(Path parser, String attribute, String daemonTag, Path folder) {
        this.parser = parser;
        this.attribute = attribute;
        this.daemonTag = daemonTag;
        this.profiles = folder.resolve("profiles");
        this.cache = folder.resolve("cache");
    }

    /// Empty if the kernel does not confine by AppArmor, or the parser is not installed.
    ///
    /// @param folder keeps the profiles' texts and the parser's cache
    static Optional<AppArmor> detect(String daemonTag, Path folder) {
        try {
            if (!Files.isDirectory(INTERFACE)
                    || !Files.readString(ENABLED).strip().equals("Y")) {
                return Optional.empty();
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        for (Path parser : PARSERS) {
            if (Files.isExecutable(parser)) {
                // Since Linux 5.1 each security module has its own attributes.
                boolean own = Files.isDirectory(Path.of("/proc/self/attr/apparmor"));
                String attribute = own ? "/proc/self/attr/apparmor/exec" : "/proc/self/attr/exec";
                return Optional.of(new AppArmor(parser, attribute, daemonTag, folder));
            }
        }
        return Optional.empty();
    }

    /// The file by which a process says what confines it after its next exec.
    String attribute() {
        return attribute;
    }

    /// The profile for a container, in the kernel.
    ///
    /// @return its name
    String profileFor(StartSpec spec) throws InterruptedException {
        String name = AppArmorProfile.name(daemonTag, spec);
        loading.lockInterruptibly();
        try {
            if (!loaded.contains(name)) {
                load(name, AppArmorProfile.text(name, spec));
                loaded.add(name);
            }
            return name;
        } finally {
            loading.unlock();
        }
    }

    /// Takes all profiles of this daemon out of the kernel; no container may be running.
    void unloadAll() throws InterruptedException {
        loading.lockInterruptibly();
        try (var files = Files.newDirectoryStream(profiles)) {
            for (Path file : files) {
                run(UNLOAD, file);
                Files.delete(file);
            }
            loaded.clear();
        } catch (NoSuchFileException e) {
            // None was ever loaded.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            loading.unlock();
        }
    }

    private void load(String name, String text) throws InterruptedException {
        Path file = profiles.resolve(name);
        try {
            Files.createDirectories(profiles);
            Files.createDirectories(cache);
            // The cache goes by the time of the file, so one that has not changed is not written.
            if (!Files.exists(file) || !Files.readString(file).equals(text)) {
                Files.writeString(file, text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run(LOAD, file);
    }

    private void run(String what, Path file) throws InterruptedException {
        var errors = Pipe.create();
        try (Fd read = errors.read()) {
            ExitStatus status;
            try (Fd write = errors.write();
                    var child = Spawn.program(
                                    parser,
                                    List.of(what, "--write-cache", "--cache-loc=" + cache, "--quiet", file.toString()))
                            .descriptor(2, write)
                            .start()) {
                status = child.waitFor();
            }
            if (!status.isSuccess()) {
                String said = new String(read.readAll(1 << 16), StandardCharsets.UTF_8).strip();
                throw Problem.failed(
                                "AppArmor profile " + file.getFileName() + " not accepted (" + what.substring(2) + ")",
                                said.isEmpty() ? status.toString() : Problem.printable(said))
                        .exception();
            }
        }
    }
}
