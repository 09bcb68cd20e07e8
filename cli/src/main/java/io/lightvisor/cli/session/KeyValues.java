package io.lightvisor.cli.session;

import io.lightvisor.api.JsonObject;
import io.lightvisor.cli.terminal.Terminal;
import java.io.IOException;
import java.util.List;

/// `key=value` on the command line.
public final class KeyValues {
    private KeyValues() {}

    /// Puts `key=value` words into an object. An empty value takes the key out if `emptyRemoves`.
    public static void put(JsonObject target, List<String> words, boolean emptyRemoves)
            throws CliException, IOException {
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals <= 0) {
                throw new CliException("Bad key=value pair: " + word);
            }
            put(target, word.substring(0, equals), word.substring(equals + 1), emptyRemoves);
        }
    }

    /// As `set` of most families takes it: `key=value ...`, or the old `key value`.
    public static void set(JsonObject target, List<String> words) throws CliException, IOException {
        if (words.size() == 2 && words.get(0).indexOf('=') < 0) {
            put(target, words.get(0), words.get(1), true);
            return;
        }
        for (String word : words) {
            if (word.indexOf('=') <= 0) {
                throw new CliException("Invalid key=value configuration: " + word);
            }
        }
        put(target, words, true);
    }

    private static void put(JsonObject target, String key, String value, boolean emptyRemoves) throws IOException {
        String text = value;
        if (value.equals("-") && !Terminal.isInput()) {
            text = Terminal.inputText();
        }
        if (text.isEmpty() && emptyRemoves) {
            target.remove(key);
        } else {
            target.put(key, text);
        }
    }
}
