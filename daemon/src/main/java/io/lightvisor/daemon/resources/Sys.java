package io.lightvisor.daemon.resources;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Small files of /proc and /sys. What is missing or not readable is simply not known: hardware differs.
final class Sys {
    private Sys() {}

    /// A file's text without blanks around it; empty if it cannot be read.
    static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /// A whole number, decimal or with `0x`; `otherwise` if there is none.
    static long number(Path file, long otherwise) {
        return number(text(file), otherwise);
    }

    static long number(String text, long otherwise) {
        try {
            return Long.decode(text.isEmpty() ? "?" : text);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /// What a folder holds, sorted by name (numbers at the end of names by value); empty if it cannot be read.
    static List<Path> list(Path folder) {
        var found = new ArrayList<Path>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            files.forEach(found::add);
        } catch (IOException e) {
            return List.of();
        }
        found.sort((a, b) -> {
            String left = name(a);
            String right = name(b);
            return left.length() == right.length()
                    ? left.compareTo(right)
                    : sortKey(left).compareTo(sortKey(right));
        });
        return found;
    }

    private static String sortKey(String name) {
        int digits = name.length();
        while (digits > 0 && Character.isDigit(name.charAt(digits - 1))) {
            digits--;
        }
        return name.substring(0, digits)
                + "0".repeat(Math.max(0, 12 - (name.length() - digits)))
                + name.substring(digits);
    }

    static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    /// The last name of what a link points to; empty if it is no link.
    static String linkName(Path link) {
        try {
            return Files.isSymbolicLink(link) ? name(Files.readSymbolicLink(link)) : "";
        } catch (IOException e) {
            return "";
        }
    }

    /// Where a link leads in the end; null if nowhere.
    static @Nullable Path real(Path link) {
        try {
            return link.toRealPath();
        } catch (IOException e) {
            return null;
        }
    }

    /// The text, or null for an empty one: such keys are left out.
    static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /// The NUMA node of a device, 0 where the host has none.
    static long numaNode(Path device) {
        return Math.max(0, number(device.resolve("numa_node"), 0));
    }
}
