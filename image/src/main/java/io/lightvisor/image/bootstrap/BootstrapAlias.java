package io.lightvisor.image.bootstrap;

import java.util.List;

/// An image that can be built, as a remote of the protocol `bootstrap` lists it.
///
/// @param names       all its names, the best first: `12`, `bookworm`
/// @param description `Debian 12 (bookworm)`
public record BootstrapAlias(List<String> names, String description) {
    public BootstrapAlias {
        names = List.copyOf(names);
    }
}
