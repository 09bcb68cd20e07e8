package io.lightvisor.e2e;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One client with a configuration folder of its own: every call is one process.
final class Lxc {
    private final Path program;
    private final Map<String, String> environment;

    Lxc(Path program, Path lxdDir, Path home) {
        this.program = program;
        this.environment = Map.of(
                "LXD_DIR", lxdDir.toString(),
                "HOME", home.toString(),
                "LXD_CONF", home.resolve("lxc").toString(),
                "TERM", "xterm",
                "LC_ALL", "C.UTF-8");
    }

    Program program(String... arguments) {
        var argv = new ArrayList<String>();
        argv.add(program.toString());
        argv.addAll(List.of(arguments));
        return new Program(argv, environment, Duration.ofSeconds(90));
    }

    /// Runs `lxc ARGUMENTS`, whatever its exit code.
    Program.Result call(String... arguments) {
        return program(arguments).run();
    }

    /// Runs it with text on standard input.
    Program.Result feed(String input, String... arguments) {
        return program(arguments).run(input.getBytes(StandardCharsets.UTF_8));
    }

    /// Runs it, requires exit code 0, and returns what it printed without the last line end.
    String run(String... arguments) {
        return call(arguments).ok().out().stripTrailing();
    }

    /// Runs `lxc ARGUMENTS` on a terminal of 100 columns and 30 rows, with `typed` as the keys pressed, and returns
    /// all that the terminal showed.
    Program.Result onTerminal(String typed, String... arguments) {
        return new Program(
                        List.of("script", "-qec", "stty cols 100 rows 30; exec " + line(arguments), "/dev/null"),
                        environment,
                        Duration.ofSeconds(60))
                .run(typed.getBytes(StandardCharsets.UTF_8));
    }

    /// The same for a person who looks first: `typed` is a list of shell commands that print keys and sleep.
    Program.Result watched(String typed, String... arguments) {
        var shell = "(" + typed + ") | script -qec \"stty cols 100 rows 30; exec " + line(arguments) + "\" /dev/null";
        return new Program(List.of("sh", "-c", shell), environment, Duration.ofSeconds(30)).run();
    }

    /// The command for a shell, each word in quotes. Words hold no double quotes, no dollar and no backslash.
    private String line(String... arguments) {
        var line = new StringBuilder();
        for (String word : program(arguments).argv()) {
            line.append(" '").append(word.replace("'", "'\\''")).append('\'');
        }
        return line.toString();
    }

    Path path() {
        return program;
    }

    Map<String, String> environment() {
        return environment;
    }
}
