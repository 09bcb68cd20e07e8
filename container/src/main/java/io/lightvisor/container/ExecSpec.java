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
/// @param rlimits     the container's, by the name of prlimit(1): `nofile`
public record ExecSpec(
        List<String> command,
        Map<String, String> environment,
        String cwd,
        long uid,
        long gid,
        Optional<WindowSize> terminal,
        Map<String, StartSpec.Rlimit> rlimits) {
    public ExecSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        rlimits = Map.copyOf(rlimits);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("no command");
        }
    }

    /// A command without limits of its own.
    public ExecSpec(
            List<String> command,
            Map<String, String> environment,
            String cwd,
            long uid,
            long gid,
            Optional<WindowSize> terminal) {
        this(command, environment, cwd, uid, gid, terminal, Map.of());
    }

    /// A command of root's, without a terminal.
    public static ExecSpec of(String... command) {
        return new ExecSpec(List.of(command), Map.of(), "/", 0, 0, Optional.empty());
    }
}
