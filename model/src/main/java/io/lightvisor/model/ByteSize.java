package io.lightvisor.model;

/// An amount of bytes. Text forms: a plain number, or one with `B`, `kB`, `MB`, `GB`, `TB`, `PB`, `EB` (powers of
/// 1000)
/// or `KiB`, `MiB`,
/// `GiB`, `TiB`, `PiB`, `EiB` (powers of 1024).
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    private static final String[] SUFFIXES = {
        "B", "kB", "MB", "GB", "TB", "PB", "EB", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"
    };

    public ByteSize {
        if (bytes < 0) {
            throw Problem.badValue("size", Long.toString(bytes), "a size is not negative")
                    .exception();
        }
    }

    /// Reads a size: `1kB` is 1000, `10GiB` is 10737418240.
    public static ByteSize parse(String text) {
        int digits = 0;
        while (digits < text.length() && Names.digit(text.charAt(digits))) {
            digits++;
        }
        long factor = factor(text.substring(digits).strip());
        if (digits == 0 || factor < 0) {
            throw bad(text);
        }
        try {
            return new ByteSize(Math.multiplyExact(Long.parseLong(text.substring(0, digits)), factor));
        } catch (NumberFormatException | ArithmeticException e) {
            throw bad(text);
        }
    }

    private static ProblemException bad(String text) {
        return Problem.badValue(
                        "size",
                        text,
                        "a size is a number with B, kB, MB, GB, TB, PB, EB, KiB, MiB, GiB, TiB, PiB or EiB")
                .exception();
    }

    private static long factor(String suffix) {
        if (suffix.isEmpty()) {
            return 1;
        }
        for (int i = 0; i < SUFFIXES.length; i++) {
            if (SUFFIXES[i].equals(suffix)) {
                long factor = 1;
                for (int n = i < 7 ? i : i - 6; n > 0; n--) {
                    factor *= i < 7 ? 1000 : 1024;
                }
                return factor;
            }
        }
        return -1;
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /// The size with two decimals in powers of 1000, as lists show it: `1.02MB`.
    @Override
    public String toString() {
        if (bytes < 1000) {
            return bytes + "B";
        }
        double value = bytes;
        int i = 0;
        while (value >= 1000 && i < 6) {
            value /= 1000;
            i++;
        }
        long hundredths = Math.round(value * 100);
        return hundredths / 100 + "." + hundredths / 10 % 10 + hundredths % 10 + SUFFIXES[i];
    }
}
