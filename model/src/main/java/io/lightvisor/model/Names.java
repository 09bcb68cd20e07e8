package io.lightvisor.model;

/// Character rules that several names share; written by hand because names are parsed on every request.
final class Names {
    private Names() {}

    /// A DNS label (RFC 1123, section 2.1) of at most 63 characters that starts with a letter and ends with a letter
    /// or
    /// digit.
    static boolean hostLabel(String s) {
        if (s.isEmpty() || s.length() > 63 || !letter(s.charAt(0)) || s.charAt(s.length() - 1) == '-') {
            return false;
        }
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (!letter(c) && !digit(c) && c != '-') {
                return false;
            }
        }
        return true;
    }

    /// One segment of a URL and of a path: 1 to 255 printable ASCII characters without `/`, `?`, `&`, `+`, quotes,
    /// blanks or `..`, and not `.`.
    static boolean segment(String s) {
        if (s.isEmpty() || s.length() > 255 || s.equals(".") || s.contains("..")) {
            return false;
        }
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (c <= ' ' || c >= 0x7f || "/?&+\"'`*$%\\".indexOf(c) >= 0) {
                return false;
            }
        }
        return true;
    }

    static boolean letter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }
}
