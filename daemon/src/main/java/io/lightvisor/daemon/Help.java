package io.lightvisor.daemon;

import io.lightvisor.daemon.command.Flags;
import java.util.List;

/// What `lxd help` and `--help` print.
final class Help {
    private record Command(String name, String brief, String usage, String text) {}

    private static final List<Command> COMMANDS = List.of(
            new Command("activateifneeded", "Check if LXD should be started", "lxd activateifneeded [flags]", """
                    Check if LXD should be started

                      Starts nothing while no instance is to be started with the host; otherwise a request on
                      the socket wakes the daemon where the init system listens for it.
                    """),
            new Command("help", "Help about any command", "lxd help [command]", "Help about any command\n"),
            new Command("init", "Configure the LXD daemon", "lxd init [flags]", """
                    Configure the LXD daemon

                      init --minimal
                      init --auto [--network-address=IP] [--network-port=8443] [--storage-backend=overlay|dir]
                                  [--storage-pool=POOL] [--trust-password=PASSWORD]
                      init --preseed
                      init --dump
                    """),
            new Command(
                    "recover",
                    "Recover missing instances and volumes from existing and unknown storage pools",
                    "lxd recover [flags]",
                    """
                    Recover missing instances and volumes from existing and unknown storage pools

                      For the day when the database is lost: asks about storage pools, looks in them (and in those
                      that are known) for instances without a record, and offers to make the records again from the
                      backup.yaml beside each.
                    """),
            new Command("shutdown", "Tell LXD to shutdown all containers and exit", "lxd shutdown [flags]", """
                    Tell LXD to shutdown all containers and exit

                      Every container is asked to stop, highest boot.stop.priority first, and given
                      boot.host_shutdown_timeout seconds. Then the daemon ends.
                    """),
            new Command("version", "Show the server version", "lxd version [flags]", "Show the server version\n"),
            new Command("waitready", "Wait for LXD to be ready to process requests", "lxd waitready [flags]", """
                    Wait for LXD to be ready to process requests

                      Returns once the API answers and what was recorded is alive again.
                    """));

    private Help() {}

    static boolean isKnown(String command) {
        return find(command) != null;
    }

    private static @org.jspecify.annotations.Nullable Command find(String name) {
        for (Command command : COMMANDS) {
            if (command.name().equals(name)) {
                return command;
            }
        }
        return null;
    }

    static void print(String name) {
        var out = new StringBuilder("Description:\n");
        Command command = find(name);
        if (command == null) {
            out.append("  The LXD container manager (daemon)\n\n")
                    .append(
                            "  This is Lightvisor: it speaks the API of LXD and runs its containers. Without a command it is\n")
                    .append(
                            "  the daemon itself and stays in the foreground.\n\nUsage:\n  lxd [flags]\n  lxd [command]\n\n")
                    .append("Available Commands:\n");
            for (Command each : COMMANDS) {
                pad(out.append("  ").append(each.name()), 19 - each.name().length())
                        .append(each.brief())
                        .append('\n');
            }
            out.append('\n');
            flags(out, Flags.DAEMON);
            out.append("\nUse \"lxd [command] --help\" for more information about a command.\n");
        } else {
            out.append("  ")
                    .append(command.text())
                    .append("\nUsage:\n  ")
                    .append(command.usage())
                    .append("\n\n");
            flags(out, Flags.of(name));
        }
        System.out.print(out);
    }

    private static void flags(StringBuilder out, List<Flags.Flag> flags) {
        out.append("Flags:\n");
        for (Flags.Flag flag : flags) {
            int width = flag.name().length();
            out.append(flag.letter() == '\0' ? "      --" : "  -" + flag.letter() + ", --")
                    .append(flag.name());
            pad(out, 26 - width).append(flag.help()).append('\n');
        }
    }

    private static StringBuilder pad(StringBuilder out, int width) {
        for (int i = 0; i < width; i++) {
            out.append(' ');
        }
        return out;
    }
}
