package io.lightvisor.engine.instance;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.process.ExitStatus;
import io.lightvisor.linux.process.Spawn;
import io.lightvisor.linux.socket.Pipe;
import io.lightvisor.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `linux.kernel_modules`: what the host's kernel must have loaded before an instance starts. What is there already, or
/// built in, costs one look; the rest is loaded by modprobe(8).
final class KernelModules {
    private static final List<Path> MODPROBE = List.of(Path.of("/usr/sbin/modprobe"), Path.of("/sbin/modprobe"));
    private static final Path LOADED = Path.of("/sys/module");

    private KernelModules() {}

    /// @param names by commas
    /// @throws io.lightvisor.model.ProblemException naming the module that cannot be had
    static void load(String names) throws InterruptedException {
        for (String each : names.split(",", -1)) {
            String name = each.strip();
            if (!name.isEmpty() && !isThere(name)) {
                load1(name);
            }
        }
    }

    private static boolean isThere(String name) {
        if (!name.chars().allMatch(c -> c > ' ' && c < 127 && c != '/')
                || name.startsWith("-")
                || name.startsWith(".")) {
            throw Problem.badValue("kernel module", name, "linux.kernel_modules holds names of modules, by commas")
                    .exception();
        }
        String plain = name.replace('-', '_');
        return Files.isDirectory(LOADED.resolve(plain)) || isBuiltIn(plain);
    }

    /// Built-in modules without parameters are not in /sys/module.
    private static boolean isBuiltIn(String plain) {
        try {
            var release =
                    Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
            for (var line : Files.readAllLines(Path.of("/lib/modules", release, "modules.builtin"))) {
                if (line.substring(line.lastIndexOf('/') + 1).replace('-', '_').startsWith(plain + ".ko")) {
                    return true;
                }
            }
        } catch (IOException e) {
            // No list: modprobe(8) will say.
        }
        return false;
    }

    private static void load1(String name) throws InterruptedException {
        var program = MODPROBE.stream().filter(Files::isExecutable).findFirst();
        if (program.isEmpty()) {
            throw failed(name, "the host has no modprobe (package kmod)");
        }
        var errors = Pipe.create();
        try (Fd read = errors.read()) {
            ExitStatus status;
            try (Fd write = errors.write();
                    var child = Spawn.program(program.get(), List.of("-b", name))
                            .descriptor(2, write)
                            .start()) {
                status = child.waitFor();
            }
            if (!status.isSuccess()) {
                String said = new String(read.readAll(1 << 14), StandardCharsets.UTF_8).strip();
                throw failed(name, said.isEmpty() ? "modprobe: " + status : Problem.printable(said));
            }
        }
    }

    private static RuntimeException failed(String name, String why) {
        return new Problem.Failed(
                        "Failed to load kernel module '" + name + "'",
                        why,
                        "load it on the host, or take it out of linux.kernel_modules")
                .exception();
    }
}
