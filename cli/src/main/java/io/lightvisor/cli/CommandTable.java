package io.lightvisor.cli;

import io.lightvisor.cli.commands.Command;
import io.lightvisor.cli.commands.ConsoleCommand;
import io.lightvisor.cli.commands.CreateCommand;
import io.lightvisor.cli.commands.ExecCommand;
import io.lightvisor.cli.commands.ListCommand;
import io.lightvisor.cli.commands.StateCommand;
import io.lightvisor.cli.spec.Spec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All commands of `lxc`. A run makes only the one it needs.
public final class CommandTable {
    private static final String[] NAMES = {
        "console", "exec", "init", "launch", "list", "pause", "restart", "start", "stop"
    };

    private CommandTable() {}

    /// The command, or family, of that name.
    public static @Nullable Command find(String word) {
        return switch (word) {
            case "console" -> new ConsoleCommand();
            case "exec" -> new ExecCommand();
            case "init" -> new CreateCommand(false);
            case "launch" -> new CreateCommand(true);
            case "list", "ls" -> new ListCommand();
            case "pause", "restart", "start", "stop" -> new StateCommand(word);
            default -> null;
        };
    }

    /// What all look like, in the order of their names.
    public static List<Spec> specs() {
        ArrayList<Spec> specs = new ArrayList<>();
        for (String name : NAMES) {
            Command command = find(name);
            if (command != null) {
                specs.add(command.spec());
            }
        }
        return specs;
    }
}
