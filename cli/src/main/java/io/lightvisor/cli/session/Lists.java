package io.lightvisor.cli.session;

import io.lightvisor.api.JsonTree;
import io.lightvisor.cli.out.Table;
import io.lightvisor.cli.out.YamlText;
import org.jspecify.annotations.Nullable;

/// Prints lists in the format that was asked for.
public final class Lists {
    private Lists() {}

    /// Prints a table as `table`, `compact` or `csv`, or what is behind it as `json` or `yaml`.
    public static void print(Session session, String format, Table table, @Nullable Object raw) throws CliException {
        switch (format) {
            case "table" -> session.out().print(table.table());
            case "compact" -> session.out().print(table.compact());
            case "csv" -> session.out().print(table.csv());
            case "json" -> session.out().println(JsonTree.text(raw));
            case "yaml" -> session.out().print(YamlText.of(raw));
            default -> throw new CliException("Invalid format \"" + format + "\"");
        }
    }
}
