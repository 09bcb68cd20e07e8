package io.lightvisor.daemon.command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The flags of a command line: `--name`, `--name=value`, `--name value`, `-n`, `-n value`, in any place.
public final class Flags {
    /// A flag of the command line.
    ///
    /// @param letter its short form, or 0
    /// @param help   one line for people
    public record Flag(String name, char letter, boolean takesValue, String help) {}

    private static final List<Flag> GLOBAL = List.of(
            new Flag("debug", 'd', false, "Show all debug messages"),
            new Flag("help", 'h', false, "Print help"),
            new Flag("logfile", '\0', true, "Path to the log file"),
            new Flag("syslog", '\0', false, "Log to syslog"),
            new Flag("trace", '\0', true, "Log tracing targets"),
            new Flag("verbose", 'v', false, "Show all information messages"),
            new Flag("version", '\0', false, "Print version number"));

    /// The flags of the daemon itself.
    public static final List<Flag> DAEMON =
            with(new Flag("group", '\0', true, "The group of users that will be allowed to talk to LXD"));

    private static final List<Flag> INIT = with(
            new Flag("auto", '\0', false, "Automatic (non-interactive) mode"),
            new Flag("dump", '\0', false, "Dump YAML config to stdout"),
            new Flag("minimal", '\0', false, "Minimal configuration (non-interactive)"),
            new Flag("network-address", '\0', true, "Address to bind LXD to (default: none)"),
            new Flag("network-port", '\0', true, "Port to bind LXD to (default: 8443)"),
            new Flag("preseed", '\0', false, "Pre-seed mode, expects YAML config from stdin"),
            new Flag(
                    "storage-backend",
                    '\0',
                    true,
                    "Storage backend to use (overlay or dir, default: overlay where it works)"),
            new Flag("storage-create-device", '\0', true, "Setup device based storage using DEVICE"),
            new Flag("storage-create-loop", '\0', true, "Setup loop based storage with SIZE in GB"),
            new Flag("storage-pool", '\0', true, "Storage pool to use or create"),
            new Flag("trust-password", '\0', true, "Password required to add new clients"));

    private static final List<Flag> SHUTDOWN = with(
            new Flag("force", 'f', false, "Force shutdown instead of waiting for running operations to finish"),
            new Flag("timeout", 't', true, "Number of seconds to wait before giving up"));

    private static final List<Flag> WAITREADY =
            with(new Flag("timeout", 't', true, "Number of seconds to wait before giving up"));

    private final Map<String, String> values;
    private final List<String> arguments;

    private Flags(Map<String, String> values, List<String> arguments) {
        this.values = values;
        this.arguments = arguments;
    }

    private static List<Flag> with(Flag... own) {
        var all = new ArrayList<>(List.of(own));
        all.addAll(GLOBAL);
        return all;
    }

    /// The flags of a sub-command.
    public static List<Flag> of(String command) {
        return switch (command) {
            case "init" -> INIT;
            case "shutdown" -> SHUTDOWN;
            case "waitready" -> WAITREADY;
            default -> GLOBAL;
        };
    }

    /// The sub-command: the first argument that is no flag, nor the value of one that stands before a sub-command.
    public static String commandIn(List<String> args) {
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (!arg.startsWith("-")) {
                return arg;
            }
            for (Flag flag : DAEMON) {
                if (flag.takesValue() && arg.equals("--" + flag.name())) {
                    i++;
                    break;
                }
            }
        }
        return "";
    }

    /// Parses; throws for what is unknown.
    public static Flags parse(List<String> args, List<Flag> known) throws CommandFailure {
        var values = new HashMap<String, String>();
        var arguments = new ArrayList<String>();
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (arg.equals("--")) {
                arguments.addAll(args.subList(i + 1, args.size()));
                break;
            }
            if (!arg.startsWith("-") || arg.equals("-")) {
                arguments.add(arg);
                continue;
            }
            boolean isLong = arg.startsWith("--");
            int equals = arg.indexOf('=');
            String name = arg.substring(isLong ? 2 : 1, equals < 0 ? arg.length() : equals);
            Flag flag = find(known, name, isLong);
            if (flag.takesValue()) {
                if (equals >= 0) {
                    values.put(flag.name(), arg.substring(equals + 1));
                } else if (!isLong && name.length() > 1) {
                    values.put(flag.name(), name.substring(1));
                } else if (++i < args.size()) {
                    values.put(flag.name(), args.get(i));
                } else {
                    throw new CommandFailure("flag needs an argument: " + arg);
                }
            } else {
                values.put(flag.name(), equals < 0 ? "true" : arg.substring(equals + 1));
            }
        }
        return new Flags(values, arguments);
    }

    private static Flag find(List<Flag> known, String name, boolean isLong) throws CommandFailure {
        for (Flag flag : known) {
            boolean found = isLong
                    ? flag.name().equals(name)
                    : !name.isEmpty() && flag.letter() == name.charAt(0) && (name.length() == 1 || flag.takesValue());
            if (found) {
                return flag;
            }
        }
        throw new CommandFailure(
                isLong ? "unknown flag: --" + name : "unknown shorthand flag: '" + name + "' in -" + name);
    }

    /// Whether the flag was given, and not as `=false`.
    public boolean has(String name) {
        String value = values.get(name);
        return value != null && !value.equals("false");
    }

    /// The flag's value, or `otherwise`.
    public String value(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    /// The flag's value as a whole number, or `otherwise`.
    public int number(String name, int otherwise) throws CommandFailure {
        String value = values.get(name);
        try {
            return value == null ? otherwise : Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new CommandFailure(
                    "invalid argument \"" + value + "\" for \"--" + name + "\" flag: a whole number is due", e);
        }
    }

    /// The n-th argument that is no flag (0 is the sub-command); empty if there are fewer.
    public String argument(int n) {
        return n < arguments.size() ? arguments.get(n) : "";
    }
}
