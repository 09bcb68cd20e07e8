package io.lightvisor.model.config;

import static io.lightvisor.model.config.Checks.quoted;

import io.lightvisor.model.Idmap;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.util.ArrayList;
import java.util.List;

/// Ids mapped by hand, `raw.idmap`: lines of `uid|gid|both HOST INSIDE`, each side an id or a range of ids of the same
/// size.
public record RawIdmap(List<Line> lines) {
    public RawIdmap {
        lines = List.copyOf(lines);
    }

    /// One line: `count` ids from `inside` on are `host`, `host + 1`, ... outside.
    public record Line(boolean users, boolean groups, long host, long inside, long count) {}

    /// Reads the lines; empty ones are skipped.
    public static RawIdmap parse(String text) {
        var lines = new ArrayList<Line>();
        for (String line : text.split("\n", -1)) {
            if (!line.isBlank()) {
                lines.add(line(line));
            }
        }
        return new RawIdmap(lines);
    }

    /// The same as entries of an id map.
    public List<Idmap.Entry> entries() {
        var entries = new ArrayList<Idmap.Entry>();
        for (var line : lines) {
            for (var kind : Idmap.Kind.values()) {
                if (kind == Idmap.Kind.UID ? line.users() : line.groups()) {
                    entries.add(new Idmap.Entry(kind, line.inside(), line.host(), line.count()));
                }
            }
        }
        return entries;
    }

    static String complaint(String text) {
        try {
            parse(text);
            return "";
        } catch (ProblemException e) {
            return e.problem().what();
        }
    }

    private static Line line(String line) {
        var words = line.split(" ", -1);
        if (words.length != 3) {
            throw bad("Invalid ID map line " + quoted(line));
        }
        boolean users = words[0].equals("both") || words[0].equals("uid");
        boolean groups = words[0].equals("both") || words[0].equals("gid");
        if (!users && !groups) {
            throw bad("Invalid ID map type " + quoted(line));
        }
        var host = range(words[1], line);
        var inside = range(words[2], line);
        if (host[1] != inside[1]) {
            throw bad("The ID map ranges are of different sizes " + quoted(line));
        }
        return new Line(users, groups, host[0], inside[0], host[1]);
    }

    /// First id and count.
    private static long[] range(String text, String line) {
        int dash = text.indexOf('-');
        String from = dash < 0 ? text : text.substring(0, dash);
        String to = dash < 0 ? from : text.substring(dash + 1);
        if (!Numbers.isBetween(from, 0, 0xFFFFFFFEL)
                || !Numbers.isBetween(to, 0, 0xFFFFFFFEL)
                || Long.parseLong(to) < Long.parseLong(from)) {
            throw bad("Invalid ID map line " + quoted(line));
        }
        return new long[] {Long.parseLong(from), Long.parseLong(to) - Long.parseLong(from) + 1};
    }

    private static ProblemException bad(String why) {
        return Problem.badRequest("Failed to get ID map: " + why).exception();
    }
}
