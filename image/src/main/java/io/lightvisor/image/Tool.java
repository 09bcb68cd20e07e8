package io.lightvisor.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A program of the host at work for us: fixed arguments, no shell, a clean environment.
final class Tool implements AutoCloseable {
    private static final int MAX_SAID = 8 * 1024;

    private final String name;
    private final Process process;
    private final Thread listener;
    private volatile String said = "";

    private Tool(String name, Process process) {
        this.name = name;
        this.process = process;
        this.listener = Thread.ofVirtual().name("lightvisor:" + name).start(this::listen);
    }

    /// Starts a program with a file as its standard input, or with none.
    static Tool start(List<String> command, @Nullable Path input) throws IOException {
        var builder = new ProcessBuilder(command);
        clean(builder);
        builder.redirectInput(input == null ? Path.of("/dev/null").toFile() : input.toFile());
        try {
            return new Tool(command.getFirst(), builder.start());
        } catch (IOException e) {
            throw new IOException(
                    command.getFirst() + " cannot be started: " + e.getMessage() + "; install the package that has it",
                    e);
        }
    }

    /// The same answers in every language, and nothing of ours handed on.
    static void clean(ProcessBuilder builder) {
        var path = System.getenv().getOrDefault("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().clear();
        builder.environment().put("PATH", path);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.directory(Path.of("/").toFile());
    }

    InputStream output() {
        return process.getInputStream();
    }

    /// Waits for the end. Empty if all went well, else what the program said.
    Optional<String> failure() throws IOException {
        try {
            int status = process.waitFor();
            listener.join();
            if (status == 0) {
                return Optional.empty();
            }
            return Optional.of(
                    name + ": " + (said.isEmpty() ? "ended with status " + status : said.replace('\n', ' ')));
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + name + " worked", e);
        }
    }

    /// Ends the program if it still runs.
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.getInputStream().close();
        } catch (IOException e) {
            // Only the pipe of a program that has ended.
        }
    }

    private void listen() {
        try (var error = process.getErrorStream()) {
            var head = error.readNBytes(MAX_SAID);
            said = new String(head, StandardCharsets.UTF_8).strip();
            error.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            said = "its messages cannot be read: " + e.getMessage();
        }
    }
}
