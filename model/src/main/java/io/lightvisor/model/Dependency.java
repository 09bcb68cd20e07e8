package io.lightvisor.model;

import java.util.ArrayList;
import java.util.List;

/// An instance of the same project that must run, or be healthy, before another starts: `boot.depends_on`.
public record Dependency(InstanceName name, boolean healthy) {

    /// All of an effective instance, in their order.
    public static List<Dependency> of(ExpandedInstance expanded) {
        return parse(expanded.config("boot.depends_on", ""));
    }

    /// Reads `db:healthy, cache`. Throws if it is something else.
    public static List<Dependency> parse(String text) {
        var all = new ArrayList<Dependency>();
        for (String each : text.split(",", -1)) {
            String word = each.strip();
            if (word.isEmpty() && text.isBlank()) {
                break;
            }
            int colon = word.indexOf(':');
            String condition = colon < 0 ? "started" : word.substring(colon + 1);
            if (!condition.equals("started") && !condition.equals("healthy")) {
                throw Problem.badValue("dependency", word, "it is NAME, NAME:started or NAME:healthy")
                        .exception();
            }
            all.add(new Dependency(
                    new InstanceName(colon < 0 ? word : word.substring(0, colon)), condition.equals("healthy")));
        }
        return all;
    }
}
