package io.lightvisor.cli.spec;

import java.util.ArrayList;
import java.util.List;

/// Help out of the declarations.
public final class Help {
    private Help() {}

    /// Help for one command or family.
    public static String of(Spec spec, boolean all, boolean subCommands) {
        StringBuilder out = new StringBuilder(1024);
        out.append("Description:\n");
        indent(out, spec.summary());
        if (!spec.details().isEmpty()) {
            out.append('\n');
            indent(out, spec.details());
        }
        out.append("\nUsage:\n  ").append(usage(spec)).append('\n');
        if (!spec.otherNames().isEmpty()) {
            out.append("\nAliases:\n  ").append(spec.name());
            for (String other : spec.otherNames()) {
                out.append(", ").append(other);
            }
            out.append('\n');
        }
        if (spec.isGroup()) {
            commands(out, spec.children(), all, subCommands, "");
        }
        if (!spec.flags().isEmpty()) {
            out.append("\nFlags:\n");
            flags(out, spec.flags(), false);
        }
        out.append("\nGlobal Flags:\n");
        flags(out, GlobalFlags.SPEC.flags(), true);
        if (spec.isGroup()) {
            out.append("\nUse \"").append(spec.path()).append(" [command] --help\" for more about a command.\n");
        }
        return out.toString();
    }

    /// Help for `lxc` itself.
    public static String ofAll(List<Spec> commands, boolean all, boolean subCommands) {
        StringBuilder out = new StringBuilder(4096);
        out.append("Description:\n  Runs and manages Linux systems as containers, on this machine and on others.\n");
        out.append("\n  Begin with: lxc launch debian:12 first\n\nUsage:\n  lxc [command]\n");
        commands(out, commands, all, subCommands, "");
        out.append("\nFlags:\n");
        flags(out, GlobalFlags.SPEC.flags(), false);
        out.append("\nUse \"lxc [command] --help\" for more about a command.\n");
        return out.toString();
    }

    /// The line that shows how to call it.
    public static String usage(Spec spec) {
        if (spec.isGroup()) {
            return spec.path() + " [command]";
        }
        String line = spec.usage().isEmpty() ? spec.path() : spec.path() + " " + spec.usage();
        return spec.isFollowedByCommand() ? line : line + " [flags]";
    }

    private static void commands(
            StringBuilder out, List<Spec> commands, boolean all, boolean subCommands, String indent) {
        if (indent.isEmpty()) {
            out.append("\nAvailable Commands:\n");
        }
        int width = 0;
        for (Spec command : commands) {
            width = Math.max(width, command.name().length());
        }
        for (Spec command : commands) {
            if (command.isRare() && !all) {
                continue;
            }
            out.append(indent).append("  ");
            pad(out, command.name(), width + 3);
            out.append(command.summary()).append('\n');
            if (subCommands && command.isGroup()) {
                commands(out, command.children(), all, true, indent + "  ");
            }
        }
    }

    private static void flags(StringBuilder out, List<Flag> flags, boolean global) {
        ArrayList<String> left = new ArrayList<>();
        int width = 0;
        for (Flag flag : flags) {
            String text = (flag.letter() == Flag.NO_LETTER ? "    " : "-" + flag.letter() + ", ") + "--" + flag.name();
            if (flag.kind() == Flag.Kind.OPTIONAL) {
                text += "[=" + flag.fallback() + "]";
            }
            left.add(text);
            width = Math.max(width, text.length());
        }
        for (int i = 0; i < flags.size(); i++) {
            Flag flag = flags.get(i);
            if (global && flag.name().equals("all")) {
                continue;
            }
            out.append("  ");
            pad(out, left.get(i), width + 3);
            out.append(flag.help());
            if (!flag.fallback().isEmpty() && flag.kind() == Flag.Kind.TEXT) {
                out.append(" (default ").append(flag.fallback()).append(')');
            }
            out.append('\n');
        }
    }

    private static void indent(StringBuilder out, String text) {
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf('\n', at);
            if (end < 0) {
                end = text.length();
            }
            if (end > at) {
                out.append("  ").append(text, at, end);
            }
            out.append('\n');
            at = end + 1;
        }
    }

    private static void pad(StringBuilder out, String text, int width) {
        out.append(text);
        for (int i = text.length(); i < width; i++) {
            out.append(' ');
        }
    }
}
