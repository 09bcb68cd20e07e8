package io.lightvisor.container;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A command to run in a running container.
///
/// @param environment all of it; `PATH` is also where the command is looked for
/// @param cwd         folder to start in; if it cannot be entered the command starts in `/`
/// @param uid         user inside
/// @param gid         group inside
/// @param terminal    present: the command gets a terminal; absent: three pipes
public record ExecSpec(
        List<String> command,
        Map<String, String> environment,
        String cwd,
        long uid,
        long gid,
        Optional<WindowSize> terminal) {
    public ExecSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("no command");
        }
    }

    /// A command of root's, without a terminal.
    public static ExecSpec of(String... command) {
        return new ExecSpec(List.of(command), Map.of(), "/", 0, 0, Optional.empty());
    }
}
