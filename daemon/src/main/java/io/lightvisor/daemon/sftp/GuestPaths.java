package io.lightvisor.daemon.sftp;

import java.util.ArrayList;

/// Paths of a guest as text. Nothing is decided by them but what is shown.
public final class GuestPaths {
    private GuestPaths() {}

    /// The path from the root, without `.`, `..` and double slashes.
    public static String absolute(String path) {
        var parts = new ArrayList<String>();
        int from = 0;
        while (from <= path.length()) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 ? path.length() : slash;
            String part = path.substring(from, to);
            if (part.equals("..")) {
                if (!parts.isEmpty()) {
                    parts.removeLast();
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
            from = to + 1;
        }
        return "/" + String.join("/", parts);
    }
}
