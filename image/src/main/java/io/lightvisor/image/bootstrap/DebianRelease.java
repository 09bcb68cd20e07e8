package io.lightvisor.image.bootstrap;

import java.util.List;

/// A release of Debian that can be built.
///
/// @param version  `12`
/// @param codename `bookworm`
record DebianRelease(String version, String codename) {
    /// The newest that the host's tools build well comes first: it is what `debian:` alone means.
    static final List<DebianRelease> ALL =
            List.of(new DebianRelease("12", "bookworm"), new DebianRelease("13", "trixie"));

    /// All suites by which a mirror of Debian is known.
    static List<String> suites() {
        return List.of("bookworm", "trixie", "stable", "testing", "oldstable", "forky", "bullseye", "unstable", "sid");
    }
}
