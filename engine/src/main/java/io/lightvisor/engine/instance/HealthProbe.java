package io.lightvisor.engine.instance;

import io.lightvisor.container.ExecSpec;
import io.lightvisor.container.RunningContainer;
import io.lightvisor.linux.process.NamespaceThread;
import io.lightvisor.model.config.Healthcheck;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One try of a health check. What a guest answers is read only as far as it is needed.
final class HealthProbe {
    private static final int MOST_OUTPUT = 4096;
    private static final int MOST_STATUS_LINE = 256;
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private HealthProbe() {}

    /// Empty if all is well, else why not.
    static String attempt(RunningContainer container, Healthcheck check) throws InterruptedException {
        try {
            return switch (check.probe()) {
                case Healthcheck.Probe.Exec exec -> exec(container, exec.command(), check.timeout());
                case Healthcheck.Probe.Tcp tcp ->
                    inside(container, () -> connect(tcp.host(), tcp.port(), check.timeout()));
                case Healthcheck.Probe.Http http -> inside(container, () -> ask(http, check.timeout()));
            };
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            String why = e.getMessage();
            return why == null ? e.toString() : why;
        }
    }

    private static String exec(RunningContainer container, String command, Duration timeout)
            throws InterruptedException, IOException {
        var spec = new ExecSpec(
                List.of("/bin/sh", "-c", "exec 2>&1; " + command),
                Map.of("PATH", PATH, "HOME", "/root"),
                "/",
                0,
                0,
                Optional.empty());
        try (var session = container.exec(spec)) {
            session.stdin().close();
            boolean[] over = new boolean[1];
            var timer = Thread.ofVirtual().name("health check's time").start(() -> {
                try {
                    Thread.sleep(timeout);
                    over[0] = true;
                    session.close();
                } catch (InterruptedException e) {
                    // It was in time.
                }
            });
            try {
                String output = read(session.stdout());
                int code = session.awaitExit();
                if (over[0]) {
                    return "no answer within " + timeout.toMillis() + " ms";
                }
                return code == 0 ? "" : "exit code " + code + (output.isEmpty() ? "" : ": " + output);
            } catch (IOException e) {
                return over[0] ? "no answer within " + timeout.toMillis() + " ms" : String.valueOf(e.getMessage());
            } finally {
                timer.interrupt();
                timer.join();
            }
        }
    }

    /// All is read, so that the command never waits for a reader; little is kept.
    private static String read(InputStream from) throws IOException {
        var kept = new java.io.ByteArrayOutputStream();
        var buffer = new byte[4096];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            kept.write(buffer, 0, Math.min(n, MOST_OUTPUT - kept.size()));
        }
        return kept.toString(StandardCharsets.UTF_8).strip();
    }

    private static String inside(RunningContainer container, java.util.concurrent.Callable<String> action)
            throws Exception {
        try (var netns = container.netns()) {
            return NamespaceThread.inNetwork(netns, action);
        }
    }

    private static String connect(String host, int port, Duration timeout) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), millis(timeout));
            return "";
        }
    }

    private static String ask(Healthcheck.Probe.Http http, Duration timeout) throws IOException {
        long end = System.nanoTime() + timeout.toNanos();
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(http.host(), http.port()), millis(timeout));
            socket.getOutputStream()
                    .write(("GET " + http.path() + " HTTP/1.0\r\nHost: " + http.host()
                                    + "\r\nUser-Agent: lightvisor-healthcheck\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            var line = new StringBuilder();
            while (line.length() < MOST_STATUS_LINE) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return "no answer within " + timeout.toMillis() + " ms";
                }
                socket.setSoTimeout((int) left);
                int b = socket.getInputStream().read();
                if (b < 0 || b == '\n') {
                    break;
                }
                line.append((char) b);
            }
            return verdict(line.toString().strip());
        }
    }

    /// Of a status line: `HTTP/1.1 200 OK`.
    static String verdict(String line) {
        int space = line.indexOf(' ');
        if (!line.startsWith("HTTP/") || space < 0 || line.length() < space + 4) {
            return "no answer of HTTP";
        }
        char first = line.charAt(space + 1);
        return first == '2' || first == '3' ? "" : "answered " + line.substring(space + 1);
    }

    private static int millis(Duration timeout) {
        return (int) Math.max(1, timeout.toMillis());
    }
}
