package io.lightvisor.image.bootstrap;

import io.lightvisor.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where this host gets its packages: sources.list(5), both styles. Only the addresses of Debian's own archive are of
/// use here: an entry for `bookworm` tells the address that `trixie` has too.
final class AptSources {
    /// One address with the suites asked of it.
    record Source(String address, List<String> suites) {}

    private final List<Source> sources;

    AptSources(List<Source> sources) {
        this.sources = List.copyOf(sources);
    }

    /// Reads `sources.list` and `sources.list.d/` of a folder like /etc/apt.
    static AptSources read(Path apt) throws IOException {
        var sources = new ArrayList<Source>();
        var list = apt.resolve("sources.list");
        if (Files.isRegularFile(list)) {
            sources.addAll(oneLine(Files.readString(list)));
        }
        var folder = apt.resolve("sources.list.d");
        if (Files.isDirectory(folder)) {
            try (var all = Files.list(folder)) {
                for (var file : all.sorted().toList()) {
                    if (file.toString().endsWith(".list")) {
                        sources.addAll(oneLine(Files.readString(file)));
                    } else if (file.toString().endsWith(".sources")) {
                        sources.addAll(deb822(Files.readString(file)));
                    }
                }
            }
        }
        return new AptSources(sources);
    }

    /// The address of the archive: of an entry whose suite is one of these names.
    Optional<String> archive(List<String> suites) {
        return find(suites);
    }

    /// The address of the security archive: of an entry for `SUITE-security`.
    Optional<String> security(List<String> suites) {
        return find(suites.stream().map(suite -> suite + "-security").toList());
    }

    private Optional<String> find(List<String> suites) {
        for (var source : sources) {
            for (var suite : source.suites()) {
                if (suites.contains(suite)) {
                    return Optional.of(source.address());
                }
            }
        }
        return Optional.empty();
    }

    /// `deb [signed-by=...] ADDRESS SUITE COMPONENT...`
    static List<Source> oneLine(String text) {
        var sources = new ArrayList<Source>();
        for (var line : text.lines().toList()) {
            var plain = withoutComment(line);
            if (!plain.startsWith("deb ") && !plain.startsWith("deb\t")) {
                continue;
            }
            var rest = plain.substring(3).strip();
            if (rest.startsWith("[")) {
                rest = rest.substring(rest.indexOf(']') + 1).strip();
            }
            var words = rest.split("\\s+");
            if (words.length >= 2) {
                add(sources, words[0], List.of(words[1]));
            }
        }
        return sources;
    }

    /// Paragraphs of `Types:`, `URIs:`, `Suites:`, `Enabled:`; values go on in lines that begin with a blank.
    static List<Source> deb822(String text) {
        var sources = new ArrayList<Source>();
        Map<String, String> fields = new HashMap<>();
        String field = "";
        for (var line : (text + "\n\n").split("\n", -1)) {
            if (line.startsWith("#")) {
                continue;
            }
            if (line.isBlank()) {
                addParagraph(sources, fields);
                fields = new HashMap<>();
                continue;
            }
            int colon = line.indexOf(':');
            if (Character.isWhitespace(line.charAt(0))) {
                fields.merge(field, line.strip(), (before, more) -> before + " " + more);
            } else if (colon > 0) {
                field = line.substring(0, colon).toLowerCase(java.util.Locale.ROOT);
                fields.put(field, line.substring(colon + 1).strip());
            }
        }
        return sources;
    }

    private static void addParagraph(List<Source> sources, Map<String, String> fields) {
        var types = List.of(fields.getOrDefault("types", "").split("\\s+"));
        if (!types.contains("deb") || fields.getOrDefault("enabled", "yes").equalsIgnoreCase("no")) {
            return;
        }
        for (var address : fields.getOrDefault("uris", "").split("\\s+")) {
            add(sources, address, List.of(fields.getOrDefault("suites", "").split("\\s+")));
        }
    }

    private static void add(List<Source> sources, String address, List<String> suites) {
        // The addresses become arguments of mmdebstrap's apt: only what a web address or a folder can be.
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if (c <= ' ' || c >= 0x7f || "'\"\\`$;|&<>()[]".indexOf(c) >= 0) {
                return;
            }
        }
        if (!address.isEmpty()) {
            sources.add(new Source(address, suites));
        }
    }

    private static String withoutComment(String line) {
        int comment = line.indexOf('#');
        return (comment < 0 ? line : line.substring(0, comment)).strip();
    }

    /// As [#archive], but a missing one is a problem.
    String requireArchive(List<String> suites) {
        return archive(suites)
                .orElseThrow(() -> new Problem.BadRequest(
                                "no Debian mirror known",
                                "/etc/apt/sources.list and sources.list.d have no entry for any of "
                                        + String.join(", ", suites),
                                "add the line of your mirror there")
                        .exception());
    }
}
