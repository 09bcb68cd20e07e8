package io.lightvisor.model;

/// The SHA-256 hash of an image's file (or of its metadata file followed by its rootfs file), in lower-case
/// hexadecimal.
public record Fingerprint(String value) implements Comparable<Fingerprint> {
    public Fingerprint {
        if (!(value.length() == 64 && hex(value))) {
            throw Problem.badValue(
                            "image fingerprint", value, "a fingerprint is a SHA-256 hash in 64 hexadecimal digits")
                    .exception();
        }
    }

    private static boolean hex(String s) {
        for (int i = 0; i < s.length(); i++) {
            if ("0123456789abcdef".indexOf(s.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    /// The first twelve digits, as lists show it.
    public String brief() {
        return value.substring(0, 12);
    }

    @Override
    public int compareTo(Fingerprint other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
