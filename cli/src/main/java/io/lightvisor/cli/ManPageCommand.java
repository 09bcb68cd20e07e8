package io.lightvisor.cli;

import io.lightvisor.cli.commands.Command;
import io.lightvisor.cli.commands.VersionCommand;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Flag;
import io.lightvisor.cli.spec.GlobalFlags;
import io.lightvisor.cli.spec.Help;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// `lxc manpage`: a manual page (man(7)) for each command, out of the same declarations as its help.
final class ManPageCommand implements Command {
    @Override
    public Spec spec() {
        return Spec.leaf("manpage", "<target>", 1, 1, "Write the manual pages into a directory")
                .rare();
    }

    @Override
    public int run(Invocation in, Session session) throws IOException {
        Path folder = Path.of(in.arg(0));
        Files.createDirectories(folder);
        StringBuilder all = new StringBuilder();
        for (Spec spec : CommandTable.specs()) {
            write(folder, spec);
            all.append(".TP\n.B lxc ")
                    .append(spec.name())
                    .append('\n')
                    .append(escaped(spec.summary()))
                    .append('\n');
        }
        String page = head("lxc", "run and manage Linux systems as containers")
                + ".SH SYNOPSIS\n.B lxc\ncommand\n.SH COMMANDS\n" + all + options(GlobalFlags.SPEC.flags(), "OPTIONS");
        Files.writeString(folder.resolve("lxc.1"), page, StandardCharsets.UTF_8);
        return 0;
    }

    private static void write(Path folder, Spec spec) throws IOException {
        StringBuilder page = new StringBuilder(head(spec.path().replace(' ', '-'), spec.summary()));
        page.append(".SH SYNOPSIS\n.B ").append(escaped(Help.usage(spec))).append('\n');
        if (!spec.details().isEmpty()) {
            page.append(".SH DESCRIPTION\n.nf\n")
                    .append(escaped(spec.details()))
                    .append("\n.fi\n");
        }
        if (spec.isGroup()) {
            page.append(".SH COMMANDS\n");
            for (Spec child : spec.children()) {
                page.append(".TP\n.B ")
                        .append(escaped(child.path()))
                        .append('\n')
                        .append(escaped(child.summary()))
                        .append('\n');
                write(folder, child);
            }
        }
        if (!spec.flags().isEmpty()) {
            page.append(options(spec.flags(), "OPTIONS"));
        }
        page.append(options(GlobalFlags.SPEC.flags(), "GLOBAL OPTIONS"));
        Files.writeString(folder.resolve(spec.path().replace(' ', '.') + ".1"), page, StandardCharsets.UTF_8);
    }

    private static String head(String name, String summary) {
        return ".TH \"" + name.toUpperCase(Locale.ROOT) + "\" \"1\" \"\" \"lxc " + VersionCommand.VERSION
                + "\"\n.SH NAME\n" + escaped(name) + " \\- " + escaped(summary) + "\n";
    }

    private static String options(List<Flag> flags, String title) {
        StringBuilder out = new StringBuilder(".SH ").append(title).append('\n');
        for (Flag flag : flags) {
            out.append(".TP\n.B ");
            if (flag.letter() != Flag.NO_LETTER) {
                out.append("\\-").append(flag.letter()).append(", ");
            }
            out.append("\\-\\-")
                    .append(escaped(flag.name()))
                    .append('\n')
                    .append(escaped(flag.help()))
                    .append('\n');
        }
        return out.toString();
    }

    /// Text that roff takes as it is: no dash becomes a hyphen, no line a request.
    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("-", "\\-")
                .replace("\n.", "\n\\&.")
                .replace("\n'", "\n\\&'");
    }
}
