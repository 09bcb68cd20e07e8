package io.lightvisor.cli;

import io.lightvisor.cli.config.ClientConfig;
import io.lightvisor.cli.spec.UsageException;
import io.lightvisor.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Runs one command after another in this one JVM, so that it can record which classes they need; the installation
/// makes its
/// cache of classes out of that record. The starter starts it under a configuration with
/// `main=io.lightvisor.cli.Training`.
///
/// The command lines stand on standard input, one a line, and talk to a real daemon. If there are none, the usual ones
/// are
/// run against a server that only answers as if.
public final class Training {
    private static final String[][] LINES = {
        {"list"},
        {"list", "-f", "csv", "-c", "ns4"},
        {"list", "-f", "json"},
        {"list", "-f", "yaml"},
        {"list", "c1", "--fast"},
        {"launch", "img", "c1"},
        {"start", "c1"},
        {"stop", "c1"},
        {"stop", "-f", "c1"},
        {"restart", "c1"},
        {"exec", "c1", "--", "true"},
        {"info", "c1"},
        {"info"},
        {"config", "get", "c1", "user.a"},
        {"config", "set", "c1", "user.a=b"},
        {"config", "show", "c1"},
        {"config", "device", "list", "c1"},
        {"profile", "list"},
        {"profile", "show", "default"},
        {"image", "list"},
        {"image", "alias", "list"},
        {"network", "list"},
        {"storage", "list"},
        {"project", "list"},
        {"operation", "list"},
        {"remote", "list"},
        {"query", "/1.0/instances/c1"},
        {"delete", "-f", "c1"},
        {"version"},
        {"--help"},
        {"list", "--help"},
        {"nonsense"},
    };

    private Training() {}

    /// By `java`.
    public static void main(String[] args) throws IOException, UsageException {
        Runtime.getRuntime().halt(start(new byte[0][]));
    }

    /// By the starter.
    public static int start(byte[][] args) throws IOException, UsageException {
        // All of it first: commands such as launch read the rest of standard input themselves.
        String session = Terminal.inputText();
        loadWhatNoSessionLoads();
        if (session.isBlank()) {
            return run();
        }
        for (String line : session.split("\n", -1)) {
            if (!line.isBlank()) {
                run(Aliases.words(line));
            }
        }
        return 0;
    }

    /// As the starter does it, so that this way is recorded too.
    private static void run(List<String> words) {
        byte[][] args = new byte[words.size()][];
        for (int i = 0; i < args.length; i++) {
            args[i] = words.get(i).getBytes(StandardCharsets.UTF_8);
        }
        Main.start(args);
    }

    /// The reader of the user's settings: a session has none.
    private static void loadWhatNoSessionLoads() throws IOException {
        Path folder = Files.createTempDirectory("lxc-training");
        Path file = folder.resolve("config.yml");
        try {
            Files.writeString(
                    file,
                    "default-remote: local\nremotes:\n  local:\n    addr: unix://\n    public: false\naliases: {}\n");
            ClientConfig.load(folder.toString());
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }

    private static int run() throws IOException {
        Path folder = Files.createTempDirectory("lxc-training");
        Path socket = folder.resolve("unix.socket");
        try (TrainingServer server = TrainingServer.listen(socket)) {
            ClientConfig.pretend("LXD_SOCKET", socket.toString());
            ClientConfig.pretend("LXD_CONF", folder.toString());
            ClientConfig.pretend("LXD_GLOBAL_CONF", folder.toString());
            ClientConfig.pretend("LXC_REMOTE", "local");
            for (String[] line : LINES) {
                run(List.of(line));
            }
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(folder);
        }
        return 0;
    }
}
