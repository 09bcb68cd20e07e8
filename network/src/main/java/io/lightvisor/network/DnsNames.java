package io.lightvisor.network;

/// What may stand in DNS: RFC 1123, section 2.1, with the underscore that people use.
final class DnsNames {
    private DnsNames() {}

    static boolean isLabel(String s) {
        if (s.isEmpty() || s.length() > 63 || s.charAt(0) == '-' || s.charAt(s.length() - 1) == '-') {
            return false;
        }
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            boolean ok = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_';
            if (!ok) {
                return false;
            }
        }
        return true;
    }

    /// Labels with dots between them, together at most 253 characters.
    static boolean isDomain(String s) {
        if (s.isEmpty() || s.length() > 253) {
            return false;
        }
        int from = 0;
        while (true) {
            int dot = s.indexOf('.', from);
            if (!isLabel(s.substring(from, dot < 0 ? s.length() : dot))) {
                return false;
            }
            if (dot < 0) {
                return true;
            }
            from = dot + 1;
        }
    }
}
