package io.lightvisor.cli;

import io.lightvisor.cli.config.ClientConfig;
import io.lightvisor.cli.spec.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Command aliases of the user: `login` for `exec @ARGS@ -- su -l`. The longest that fits counts; `@ARGS@` stands for
/// what
/// follows it, which else is put at the end.
final class Aliases {
    private Aliases() {}

    /// The line with its alias replaced; null if there is none.
    static @Nullable List<String> replace(ClientConfig config, List<String> line, int at) throws UsageException {
        List<String> best = null;
        String target = "";
        for (Map.Entry<String, String> alias : config.aliases().entrySet()) {
            List<String> words = words(alias.getKey());
            if (words.size() <= line.size() - at
                    && line.subList(at, at + words.size()).equals(words)
                    && (best == null || words.size() > best.size())) {
                best = words;
                target = alias.getValue();
            }
        }
        if (best == null) {
            return null;
        }
        ArrayList<String> replaced = new ArrayList<>(line.subList(0, at));
        List<String> rest = line.subList(at + best.size(), line.size());
        boolean placed = false;
        for (String word : words(target)) {
            if (word.equals("@ARGS@")) {
                replaced.addAll(rest);
                placed = true;
            } else {
                replaced.add(word);
            }
        }
        if (!placed) {
            replaced.addAll(rest);
        }
        return replaced;
    }

    /// Takes a line apart as a shell does, with quotes and backslashes.
    static List<String> words(String line) throws UsageException {
        ArrayList<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean begun = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else if (c == '\\' && quote == '"' && i + 1 < line.length()) {
                    word.append(line.charAt(++i));
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                begun = true;
            } else if (c == '\\' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
                begun = true;
            } else if (c == ' ' || c == '\t') {
                if (begun) {
                    words.add(word.toString());
                    word.setLength(0);
                    begun = false;
                }
            } else {
                word.append(c);
                begun = true;
            }
        }
        if (quote != 0) {
            throw new UsageException("an alias has a quote without an end: " + line);
        }
        if (begun) {
            words.add(word.toString());
        }
        return words;
    }
}
