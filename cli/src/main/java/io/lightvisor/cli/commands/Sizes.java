package io.lightvisor.cli.commands;

/// Sizes as LXD's configuration has them.
final class Sizes {
    private Sizes() {}

    /// The bytes of `512MiB`; 0 if it cannot be told (a share of the host, nothing, nonsense).
    static long bytes(String text) {
        int end = 0;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        if (end == 0) {
            return 0;
        }
        long factor;
        switch (text.substring(end)) {
            case "", "B", "bytes" -> factor = 1;
            case "kB" -> factor = 1000L;
            case "MB" -> factor = 1000_000L;
            case "GB" -> factor = 1000_000_000L;
            case "TB" -> factor = 1000_000_000_000L;
            case "KiB" -> factor = 1L << 10;
            case "MiB" -> factor = 1L << 20;
            case "GiB" -> factor = 1L << 30;
            case "TiB" -> factor = 1L << 40;
            default -> {
                return 0;
            }
        }
        try {
            return Long.parseLong(text.substring(0, end)) * factor;
        } catch (NumberFormatException failure) {
            return 0;
        }
    }
}
