package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What ARCHITECTURE.md says of imports, for every module of the reactor. What a module may use at all is Maven's to
/// keep: it sees only what its pom.xml names.
final class ArchitectureTest {
    private static final Path REACTOR = Path.of("..");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model",
                "linux",
                "api",
                "store",
                "image",
                "storage",
                "network",
                "container",
                "engine",
                "daemon",
                "cli"
            })
    void packages_haveNoCycle(String module) throws IOException {
        var uses = imports(module, "io.lightvisor." + module);
        assertTrue(!uses.isEmpty(), "no sources found");
        for (var start : uses.keySet()) {
            assertEquals(List.of(), cycle(start, start, uses, new HashSet<>(), new ArrayList<>()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"model", "api", "store", "image", "storage", "network", "container", "engine", "daemon", "cli"})
    void kernel_isCalledByLinuxAlone(String module) throws IOException {
        for (var used : imports(module, "java.lang.foreign").entrySet()) {
            assertEquals(Set.of(), used.getValue(), used.getKey() + " calls foreign functions");
        }
    }

    /// Which package imports which, of those that begin so.
    private static Map<String, Set<String>> imports(String module, String beginning) throws IOException {
        Map<String, Set<String>> uses = new TreeMap<>();
        try (var files = Files.walk(REACTOR.resolve(module).resolve("src/main/java"))) {
            for (var file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                var text = Files.readString(file);
                var own = word(text, "package ", ";");
                var used = uses.computeIfAbsent(own, name -> new TreeSet<>());
                text.lines()
                        .filter(line -> line.startsWith("import " + beginning))
                        .map(line -> line.substring("import ".length(), line.lastIndexOf('.')))
                        .filter(name -> !name.equals(own))
                        .forEach(used::add);
            }
        }
        return uses;
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
