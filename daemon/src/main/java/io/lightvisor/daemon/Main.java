package io.lightvisor.daemon;

import io.lightvisor.daemon.command.CommandFailure;
import io.lightvisor.daemon.command.Flags;
import io.lightvisor.daemon.command.Version;
import io.lightvisor.daemon.init.InitCommand;
import io.lightvisor.daemon.init.RecoverCommand;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// The command `lxd`: without a sub-command the daemon itself.
///
/// Sub-commands talk to a running daemon over its socket and load nothing of the server: their start is what people
/// feel.
public final class Main {
    private Main() {}

    /// Runs a command and ends the process with its exit code.
    public static void main(String[] args) {
        System.setOut(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        int code;
        try {
            code = run(List.of(args));
        } catch (CommandFailure e) {
            System.err.println("Error: " + e.getMessage());
            code = 1;
        } catch (InterruptedException e) {
            code = 1;
        }
        System.out.flush();
        System.exit(code);
    }

    private static int run(List<String> args) throws CommandFailure, InterruptedException {
        String command = Flags.commandIn(args);
        switch (command) {
            case "", "daemon" -> {
                var flags = Flags.parse(args, Flags.DAEMON);
                if (flags.has("version")) {
                    System.out.println(Version.API_LEVEL);
                    return 0;
                }
                if (flags.has("help")) {
                    Help.print("");
                    return 0;
                }
                return DaemonProcess.run(flags);
            }
            case "help" -> {
                Help.print(Flags.parse(args, Flags.DAEMON).argument(1));
                return 0;
            }
            default -> {
                return sub(command, args);
            }
        }
    }

    private static int sub(String command, List<String> args) throws CommandFailure, InterruptedException {
        if (!Help.isKnown(command)) {
            throw new CommandFailure("unknown command \"" + command + "\" for \"lxd\"");
        }
        var flags = Flags.parse(args, Flags.of(command));
        if (flags.has("version")) {
            System.out.println(Version.API_LEVEL);
            return 0;
        }
        if (flags.has("help")) {
            Help.print(command);
            return 0;
        }
        switch (command) {
            case "version" -> System.out.println(Version.API_LEVEL);
            case "init" -> InitCommand.run(flags);
            case "recover" -> RecoverCommand.run();
            case "waitready" -> WaitReadyCommand.run(flags);
            case "shutdown" -> ShutdownCommand.run(flags);
            case "activateifneeded" -> ActivateCommand.run(flags);
            default -> throw new CommandFailure("unknown command \"" + command + "\" for \"lxd\"");
        }
        return 0;
    }

    /// For tests: whether a list of arguments names a sub-command.
    static String commandOf(String... args) {
        return Flags.commandIn(Arrays.asList(args));
    }
}
