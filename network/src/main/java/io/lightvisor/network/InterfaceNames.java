package io.lightvisor.network;

import org.jspecify.annotations.Nullable;

/// The rules for names of interfaces, in LXD's words: `dev_valid_name()` of net/core/dev.c, and narrower.
final class InterfaceNames {
    private static final int SHORTEST = 2;
    private static final int LONGEST = 15;

    private InterfaceNames() {}

    /// What is wrong with a name, or null.
    static @Nullable String complaint(String name) {
        if (name.length() < SHORTEST) {
            return "Network interface is too short (minimum 2 characters)";
        }
        if (name.length() > LONGEST) {
            return "Network interface is too long (maximum 15 characters)";
        }
        if (name.equals("..") || name.charAt(0) == '-') {
            return "Network interface contains invalid characters";
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean ok = c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '-'
                    || c == '_'
                    || c == '.';
            if (!ok) {
                return "Network interface contains invalid characters";
            }
        }
        return null;
    }
}
