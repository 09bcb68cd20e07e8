package io.lightvisor.model;

/// Truth as users write it: `true`, `1`, `yes`, `on` and their opposites, in any case.
public final class Booleans {
    private Booleans() {}

    /// Whether `text` is one of the spellings; an empty text is false.
    public static boolean isBoolean(String text) {
        return isTrue(text) || isFalse(text);
    }

    /// Reads a boolean; an empty text is false.
    public static boolean parse(String text) {
        if (isTrue(text)) {
            return true;
        }
        if (isFalse(text)) {
            return false;
        }
        throw Problem.badValue("boolean", text, "it is true or false").exception();
    }

    private static boolean isTrue(String t) {
        return t.equalsIgnoreCase("true") || t.equals("1") || t.equalsIgnoreCase("yes") || t.equalsIgnoreCase("on");
    }

    private static boolean isFalse(String t) {
        return t.isEmpty()
                || t.equalsIgnoreCase("false")
                || t.equals("0")
                || t.equalsIgnoreCase("no")
                || t.equalsIgnoreCase("off");
    }
}
