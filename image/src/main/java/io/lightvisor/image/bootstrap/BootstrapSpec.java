package io.lightvisor.image.bootstrap;

import io.lightvisor.model.Problem;
import java.util.List;

/// What is to be built.
///
/// @param source   `debian`, `busybox`
/// @param alias    which of it: `12`, `bookworm`; empty for the best
/// @param packages to be installed beside those of the recipe
public record BootstrapSpec(String source, String alias, List<String> packages) {
    private static final int MAX_PACKAGES = 500;

    public BootstrapSpec {
        packages = List.copyOf(packages);
        if (packages.size() > MAX_PACKAGES) {
            throw Problem.badRequest("more than " + MAX_PACKAGES + " packages").exception();
        }
        for (var name : packages) {
            if (!isPackage(name)) {
                throw Problem.badValue(
                                "package name",
                                name,
                                "it has lower-case letters, digits and + - . and starts with a letter or digit")
                        .exception();
            }
        }
    }

    /// Debian Policy, section 5.6.1.
    private static boolean isPackage(String name) {
        if (name.length() < 2 || name.length() > 100 || "+-.".indexOf(name.charAt(0)) >= 0) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "+-.".indexOf(c) >= 0)) {
                return false;
            }
        }
        return true;
    }
}
