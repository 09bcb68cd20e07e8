package io.lightvisor.linux.cgroup;

import java.util.OptionalInt;

/// What may be done with which device nodes.
///
/// @param kind block, character, or both
/// @param major empty for every one
/// @param read open for reading; `write` for writing; `make` the node by mknod(2)
public record DeviceRule(
        boolean allow, Kind kind, OptionalInt major, OptionalInt minor, boolean read, boolean write, boolean make) {
    public static final DeviceRule ALLOW_ALL =
            new DeviceRule(true, Kind.ALL, OptionalInt.empty(), OptionalInt.empty(), true, true, true);

    public enum Kind {
        ALL('a'),
        BLOCK('b'),
        CHARACTER('c');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    /// An allowing rule in the form of cgroup v1: `c 1:3 rwm`, `b *:* m`, `a`.
    ///
    /// @throws IllegalArgumentException if it is none
    public static DeviceRule allow(String text) {
        return parse(true, text);
    }

    /// As [#allow], for a denying rule.
    public static DeviceRule deny(String text) {
        return parse(false, text);
    }

    /// As devices.allow takes it.
    @Override
    public String toString() {
        return kind.letter
                + " " + number(major) + ":" + number(minor) + " "
                + (read ? "r" : "") + (write ? "w" : "") + (make ? "m" : "");
    }

    private static DeviceRule parse(boolean allow, String text) {
        var words = text.strip().split(" ");
        if (words.length == 1 && words[0].equals("a")) {
            return new DeviceRule(allow, Kind.ALL, OptionalInt.empty(), OptionalInt.empty(), true, true, true);
        }
        int colon = words.length == 3 ? words[1].indexOf(':') : -1;
        if (colon < 1 || words[0].length() != 1 || words[2].isEmpty()) {
            throw bad(text);
        }
        var kind = switch (words[0]) {
            case "a" -> Kind.ALL;
            case "b" -> Kind.BLOCK;
            case "c" -> Kind.CHARACTER;
            default -> throw bad(text);
        };
        for (int i = 0; i < words[2].length(); i++) {
            if ("rwm".indexOf(words[2].charAt(i)) < 0) {
                throw bad(text);
            }
        }
        return new DeviceRule(
                allow,
                kind,
                number(words[1].substring(0, colon), text),
                number(words[1].substring(colon + 1), text),
                words[2].indexOf('r') >= 0,
                words[2].indexOf('w') >= 0,
                words[2].indexOf('m') >= 0);
    }

    private static OptionalInt number(String text, String rule) {
        if (text.equals("*")) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseUnsignedInt(text));
        } catch (NumberFormatException e) {
            throw bad(rule);
        }
    }

    private static String number(OptionalInt value) {
        return value.isPresent() ? Integer.toUnsignedString(value.getAsInt()) : "*";
    }

    private static IllegalArgumentException bad(String text) {
        return new IllegalArgumentException("not a device rule: '" + text + "'; write for example 'c 1:3 rwm'");
    }
}
