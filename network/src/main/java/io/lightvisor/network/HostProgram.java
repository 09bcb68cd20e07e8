package io.lightvisor.network;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.Memfd;
import io.lightvisor.linux.process.Spawn;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A program of the host that does one thing and ends: nft(8), and dnsmasq(8), which ends once its child serves.
final class HostProgram {
    private static final List<String> FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin");
    private static final int SAID = 4096;

    private final String path;

    private HostProgram(String path) {
        this.path = path;
    }

    /// Finds the program.
    ///
    /// @param debianPackage for the remedy
    /// @throws ProblemException if it is not installed
    static HostProgram require(String name, String debianPackage) {
        for (String folder : FOLDERS) {
            var file = Path.of(folder, name);
            if (Files.isExecutable(file)) {
                return new HostProgram(file.toString());
            }
        }
        throw Problem.failed(name + " is not installed", "", "install the package " + debianPackage)
                .exception();
    }

    String path() {
        return path;
    }

    /// How a run ended.
    ///
    /// @param code the exit status, or 128 and the signal
    /// @param said the first of what it wrote, without the line end
    record Result(int code, String said) {}

    /// Runs it to its end.
    ///
    /// @param input its standard input
    Result run(List<String> arguments, String input) throws InterruptedException {
        try (var in = Memfd.sealed("input", input.getBytes(StandardCharsets.UTF_8));
                var out = Memfd.create("output")) {
            var spawn = Spawn.program(path, arguments.toArray(new String[0]))
                    .environment("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
                    .environment("LC_ALL", "C")
                    .descriptor(0, in)
                    .descriptor(1, out)
                    .descriptor(2, out)
                    .directory(Path.of("/"))
                    .newSession();
            try (var child = spawn.start()) {
                return new Result(child.waitFor().shellCode(), said(out));
            }
        } catch (SyscallException e) {
            throw Problem.failed(path + " cannot be run", String.valueOf(e.getMessage()))
                    .exception(e);
        }
    }

    private static String said(Fd out) {
        var bytes = ByteBuffer.allocate(SAID);
        long at = 0;
        while (bytes.hasRemaining()) {
            int count = out.pread(bytes, at);
            if (count == 0) {
                break;
            }
            at += count;
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
    }
}
