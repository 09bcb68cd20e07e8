package io.lightvisor.cli;

import io.lightvisor.cli.commands.AliasCommand;
import io.lightvisor.cli.commands.BackupCommand;
import io.lightvisor.cli.commands.ClusterCommand;
import io.lightvisor.cli.commands.Command;
import io.lightvisor.cli.commands.ConfigCommand;
import io.lightvisor.cli.commands.ConsoleCommand;
import io.lightvisor.cli.commands.CopyCommand;
import io.lightvisor.cli.commands.CreateCommand;
import io.lightvisor.cli.commands.DeleteCommand;
import io.lightvisor.cli.commands.ExecCommand;
import io.lightvisor.cli.commands.FileCommand;
import io.lightvisor.cli.commands.ImageCommand;
import io.lightvisor.cli.commands.InfoCommand;
import io.lightvisor.cli.commands.ListCommand;
import io.lightvisor.cli.commands.MonitorCommand;
import io.lightvisor.cli.commands.NetworkCommand;
import io.lightvisor.cli.commands.OperationCommand;
import io.lightvisor.cli.commands.ProfileCommand;
import io.lightvisor.cli.commands.ProjectCommand;
import io.lightvisor.cli.commands.PublishCommand;
import io.lightvisor.cli.commands.QueryCommand;
import io.lightvisor.cli.commands.RemoteCommand;
import io.lightvisor.cli.commands.RenameCommand;
import io.lightvisor.cli.commands.SnapshotCommand;
import io.lightvisor.cli.commands.StateCommand;
import io.lightvisor.cli.commands.StorageCommand;
import io.lightvisor.cli.commands.VersionCommand;
import io.lightvisor.cli.commands.WaitCommand;
import io.lightvisor.cli.commands.WarningCommand;
import io.lightvisor.cli.spec.Spec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All commands of `lxc`. A run makes only the one it needs.
public final class CommandTable {
    private static final String[] NAMES = {
        "alias",
        "cluster",
        "completion",
        "config",
        "console",
        "copy",
        "delete",
        "exec",
        "export",
        "file",
        "image",
        "import",
        "info",
        "init",
        "launch",
        "list",
        "manpage",
        "monitor",
        "move",
        "network",
        "operation",
        "pause",
        "profile",
        "project",
        "publish",
        "query",
        "remote",
        "rename",
        "restart",
        "restore",
        "snapshot",
        "start",
        "stop",
        "storage",
        "version",
        "wait",
        "warning"
    };

    private CommandTable() {}

    /// The command, or family, of that name.
    public static @Nullable Command find(String word) {
        return switch (word) {
            case "alias" -> new AliasCommand();
            case "cluster" -> new ClusterCommand();
            case "completion" -> new CompletionCommand();
            case "config" -> new ConfigCommand();
            case "console" -> new ConsoleCommand();
            case "copy", "cp" -> new CopyCommand(false);
            case "delete", "rm" -> new DeleteCommand();
            case "exec" -> new ExecCommand();
            case "export" -> new BackupCommand(false);
            case "file" -> new FileCommand();
            case "image" -> new ImageCommand();
            case "import" -> new BackupCommand(true);
            case "info" -> new InfoCommand();
            case "init" -> new CreateCommand(false);
            case "launch" -> new CreateCommand(true);
            case "list", "ls" -> new ListCommand();
            case "manpage" -> new ManPageCommand();
            case "monitor" -> new MonitorCommand();
            case "move", "mv" -> new CopyCommand(true);
            case "network" -> new NetworkCommand();
            case "operation" -> new OperationCommand();
            case "pause" -> new StateCommand(word);
            case "profile" -> new ProfileCommand();
            case "project" -> new ProjectCommand();
            case "publish" -> new PublishCommand();
            case "query" -> new QueryCommand();
            case "remote" -> new RemoteCommand();
            case "rename" -> new RenameCommand();
            case "restart" -> new StateCommand(word);
            case "restore" -> new SnapshotCommand(true);
            case "snapshot" -> new SnapshotCommand(false);
            case "start" -> new StateCommand(word);
            case "stop" -> new StateCommand(word);
            case "storage" -> new StorageCommand();
            case "version" -> new VersionCommand();
            case "wait" -> new WaitCommand();
            case "warning" -> new WarningCommand();
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
