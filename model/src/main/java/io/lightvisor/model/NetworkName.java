package io.lightvisor.model;

/// The name of a network. A managed bridge carries it as its interface name, so it obeys the rules of IFNAMSIZ
/// (include/uapi/linux/if.h): at most 15 bytes.
public record NetworkName(String value) implements Comparable<NetworkName> {
    public NetworkName {
        if (!(interfaceName(value))) {
            throw Problem.badValue(
                            "network name",
                            value,
                            "a network name is an interface name: 2 to 15 letters, digits, dots, hyphens or underscores, no leading hyphen")
                    .exception();
        }
    }

    private static boolean interfaceName(String s) {
        if (s.length() < 2 || s.length() > 15 || s.charAt(0) == '-' || s.equals("..")) {
            return false;
        }
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (!Names.letter(c) && !Names.digit(c) && "-_.".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(NetworkName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
