package io.lightvisor.image.tar;

import io.lightvisor.linux.FileNames;
import io.lightvisor.model.Problem;

/// Names in archives, made into paths below the root of the archive.
public final class EntryName {
    private static final int MAX_COMPONENT = 255;
    private static final int MAX_PATH = 4095;

    private EntryName() {}

    /// The path without `./` and doubled or closing slashes; empty for the root itself.
    ///
    /// @param what `entry`, or `link target of entry "x"`, for the refusal
    /// @throws BadArchive if the name is absolute, climbs with `..`, or is longer than a path can be
    public static String normal(String what, String name) throws BadArchive {
        if (name.startsWith("/")) {
            throw refused(what, name, "is absolute");
        }
        if (name.isEmpty()) {
            throw refused(what, name, "is empty");
        }
        var path = new StringBuilder(name.length());
        int from = 0;
        while (from < name.length()) {
            int slash = name.indexOf('/', from);
            int to = slash < 0 ? name.length() : slash;
            add(path, what, name, from, to);
            from = to + 1;
        }
        if (path.length() > MAX_PATH) {
            throw refused(what, name, "is longer than a path can be");
        }
        return path.toString();
    }

    private static void add(StringBuilder path, String what, String name, int from, int to) throws BadArchive {
        int length = to - from;
        if (length == 0 || (length == 1 && name.charAt(from) == '.')) {
            return;
        }
        if (length == 2 && name.charAt(from) == '.' && name.charAt(from + 1) == '.') {
            throw refused(what, name, "climbs out with \"..\"");
        }
        // A character is at most three bytes of a name.
        if (length > MAX_COMPONENT / 3 && FileNames.encode(name.substring(from, to)).length > MAX_COMPONENT) {
            throw refused(what, name, "has a component of more than " + MAX_COMPONENT + " bytes");
        }
        if (name.indexOf('\0', from) >= from && name.indexOf('\0', from) < to) {
            throw refused(what, name, "holds a NUL");
        }
        if (!path.isEmpty()) {
            path.append('/');
        }
        path.append(name, from, to);
    }

    private static BadArchive refused(String what, String name, String why) {
        return new BadArchive(what + " \"" + Problem.printable(name) + "\" is refused: its name " + why);
    }
}
