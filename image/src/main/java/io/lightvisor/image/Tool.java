package io.lightvisor.image;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Programs of the host at work for us, one or several in a pipe: fixed arguments, no shell, a clean environment.
public final class Tool implements AutoCloseable {
    private static final int MAX_LINES = 200;
    private static final int GRACE_SECONDS = 10;

    private final List<Running> pipe;

    private record Running(String name, Process process, Thread listener, List<String> said) {}

    private Tool(List<Running> pipe) {
        this.pipe = pipe;
    }

    /// Starts a program with a file as its standard input, or with none.
    public static Tool start(List<String> command, @Nullable Path input) throws IOException {
        return start(List.of(command), input, Map.of(), line -> {});
    }

    /// Starts programs that feed each other.
    ///
    /// @param input       of the first; null for none
    /// @param environment added to the clean one
    /// @param told        gets each line that any of them writes to its standard error
    public static Tool start(
            List<List<String>> commands, @Nullable Path input, Map<String, String> environment, Consumer<String> told)
            throws IOException {
        var builders = new ArrayList<ProcessBuilder>();
        for (var command : commands) {
            var builder = new ProcessBuilder(command);
            clean(builder);
            builder.environment().putAll(environment);
            builders.add(builder);
        }
        builders.getFirst().redirectInput((input == null ? Path.of("/dev/null") : input).toFile());
        List<Process> processes;
        try {
            processes = ProcessBuilder.startPipeline(builders);
        } catch (IOException e) {
            throw new IOException(
                    "cannot start " + e.getMessage() + "; install the package that has the missing program", e);
        }
        var pipe = new ArrayList<Running>();
        for (int i = 0; i < processes.size(); i++) {
            var name = name(commands.get(i));
            var process = processes.get(i);
            var said = new ArrayList<String>();
            var listener =
                    Thread.ofPlatform().daemon().name("lightvisor:" + name).start(() -> listen(process, said, told));
            pipe.add(new Running(name, process, listener, said));
        }
        return new Tool(List.copyOf(pipe));
    }

    /// The program that does the work, behind `unshare ... --`.
    private static String name(List<String> command) {
        int dashes = command.getFirst().equals("unshare") ? command.indexOf("--") : -1;
        return command.get(dashes + 1);
    }

    /// The same answers in every language, and nothing of ours handed on.
    private static void clean(ProcessBuilder builder) {
        var path = System.getenv().getOrDefault("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().clear();
        builder.environment().put("PATH", path);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.directory(Path.of("/").toFile());
    }

    /// What the last of them writes.
    public InputStream output() {
        return pipe.getLast().process().getInputStream();
    }

    /// Waits for the end of all. Empty if all went well, else what the first that failed said.
    public Optional<String> failure() throws IOException {
        try {
            Optional<String> failure = Optional.empty();
            for (var each : pipe) {
                int status = each.process().waitFor();
                each.listener().join();
                if (status != 0 && failure.isEmpty()) {
                    failure = Optional.of(explained(each, status));
                }
            }
            return failure;
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + pipe.getFirst().name() + " worked", e);
        }
    }

    /// The first line that is an error by its form, else the last line.
    private static String explained(Running failed, int status) {
        var said = failed.said();
        for (var line : said) {
            if (line.startsWith("E: ") || line.startsWith("FATAL ERROR")) {
                return failed.name() + ": " + line;
            }
        }
        return failed.name() + ": " + (said.isEmpty() ? "ended with status " + status : said.getLast());
    }

    /// Asks all of them to end, so that whoever reads their output comes to its end. For another thread than that one.
    public void stop() {
        for (var each : pipe) {
            each.process().destroy();
        }
    }

    /// Ends what still runs: asks first, because some have a house to put in order.
    @Override
    public void close() {
        stop();
        try {
            pipe.getLast().process().getInputStream().close();
        } catch (IOException e) {
            // Only the pipe of a program that has ended.
        }
        boolean interrupted = Thread.interrupted();
        for (var each : pipe) {
            try {
                if (!each.process().waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                    each.process().destroyForcibly();
                }
            } catch (InterruptedException e) {
                interrupted = true;
                each.process().destroyForcibly();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void listen(Process process, List<String> said, Consumer<String> told) {
        try (var error =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8), 1024)) {
            for (var line = error.readLine(); line != null; line = error.readLine()) {
                if (!line.isBlank() && said.size() < MAX_LINES) {
                    said.add(line.strip());
                } else if (!line.isBlank()) {
                    said.set(MAX_LINES - 1, line.strip());
                }
                told.accept(line);
            }
        } catch (IOException e) {
            said.add("its messages cannot be read: " + e.getMessage());
        }
    }
}
