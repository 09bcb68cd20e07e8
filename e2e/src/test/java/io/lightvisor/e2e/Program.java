package io.lightvisor.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A program with its arguments and environment, run to its end with all of its output in memory.
record Program(List<String> argv, Map<String, String> environment, Duration limit) {

    /// What a program did. `out` and `err` are decoded as UTF-8; `bytes` is standard output as it was.
    record Result(List<String> argv, int exit, byte[] bytes, String err) {
        String out() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        /// This result if the exit code is 0, else an assertion error with all that the program said.
        Result ok() {
            return exits(0);
        }

        Result exits(int code) {
            if (exit != code) {
                throw new AssertionError("exit code " + exit + " instead of " + code + " of " + argv + "\nout: " + out()
                        + "\nerr: " + err);
            }
            return this;
        }

        /// This result if the program failed with `sentence` somewhere in its error output.
        Result failsWith(String sentence) {
            if (exit == 0 || !err.contains(sentence)) {
                throw new AssertionError("no failure with '" + sentence + "', but exit code " + exit + " of " + argv
                        + "\nout: " + out() + "\nerr: " + err);
            }
            return this;
        }

        List<String> lines() {
            return out().lines().toList();
        }
    }

    static Program of(String... argv) {
        return new Program(List.of(argv), Map.of(), Duration.ofSeconds(60));
    }

    Program with(String name, String value) {
        var wider = new TreeMap<>(environment);
        wider.put(name, value);
        return new Program(argv, wider, limit);
    }

    Program within(Duration longer) {
        return new Program(argv, environment, longer);
    }

    Result run() {
        return run(new byte[0]);
    }

    /// Runs it with `input` on standard input. One that takes longer than its limit is killed and is an error.
    Result run(byte[] input) {
        Process process = start();
        var out = reading(process.getInputStream());
        var err = reading(process.getErrorStream());
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input);
        } catch (IOException e) {
            // It ended without reading all of its input: its exit code tells whether that was right.
        }
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                process.waitFor();
                throw new AssertionError("still running after " + limit + ": " + argv + "\nout: "
                        + new String(out.join(), StandardCharsets.UTF_8) + "\nerr: "
                        + new String(err.join(), StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new AssertionError("interrupted while waiting for " + argv, e);
        }
        return new Result(argv, process.exitValue(), out.join(), new String(err.join(), StandardCharsets.UTF_8));
    }

    /// Starts it and leaves the rest to the caller, who also reads its output.
    Process start() {
        var builder = new ProcessBuilder(argv);
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts it with both outputs going to a file.
    Process startInto(Path log) {
        var builder = new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CompletableFuture<byte[]> reading(InputStream stream) {
        var done = new CompletableFuture<byte[]>();
        Thread.ofVirtual().start(() -> {
            var kept = new ByteArrayOutputStream();
            try {
                stream.transferTo(kept);
            } catch (IOException e) {
                // The process was killed: what came until then counts.
            }
            done.complete(kept.toByteArray());
        });
        return done;
    }
}
