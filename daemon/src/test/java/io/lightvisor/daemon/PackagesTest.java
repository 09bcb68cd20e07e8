package io.lightvisor.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Imports point one way.
final class PackagesTest {
    private static final String ROOT = "io.lightvisor.daemon";

    @Test
    void packages_haveNoCycle() throws IOException {
        Map<String, Set<String>> uses = new TreeMap<>();
        try (var files = Files.walk(Path.of("src/main/java"))) {
            for (var file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                var text = Files.readString(file);
                var own = word(text, "package ", ";");
                var used = uses.computeIfAbsent(own, name -> new TreeSet<>());
                text.lines()
                        .filter(line -> line.startsWith("import " + ROOT))
                        .map(line -> line.substring("import ".length(), line.lastIndexOf('.')))
                        .filter(name -> !name.equals(own))
                        .forEach(used::add);
            }
        }
        for (var start : uses.keySet()) {
            assertEquals(List.of(), cycle(start, start, uses, new HashSet<>(), new ArrayList<>()));
        }
    }

    private static List<String> cycle(
            String start, String at, Map<String, Set<String>> uses, Set<String> seen, List<String> way) {
        way.add(at);
        for (var next : uses.getOrDefault(at, Set.of())) {
            if (next.equals(start)) {
                way.add(start);
                return way;
            }
            if (seen.add(next)) {
                var found = cycle(start, next, uses, seen, new ArrayList<>(way));
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return List.of();
    }

    private static String word(String text, String before, String after) {
        int at = text.indexOf(before) + before.length();
        return text.substring(at, text.indexOf(after, at));
    }
}
