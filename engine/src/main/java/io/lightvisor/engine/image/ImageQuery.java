package io.lightvisor.engine.image;

import java.util.Map;

/// Which image is meant.
public sealed interface ImageQuery {
    /// By a fingerprint or an unambiguous beginning of one.
    record ByFingerprint(String prefix) implements ImageQuery {}

    /// By an alias of the project.
    record ByAlias(String alias) implements ImageQuery {}

    /// The newest with all these properties.
    record ByProperties(Map<String, String> properties) implements ImageQuery {
        public ByProperties {
            properties = Map.copyOf(properties);
        }
    }

    /// One that is fetched, or built, unless it is here already.
    ///
    /// @param protocol `bootstrap` (built here), `lxd` or `simplestreams`
    /// @param server   address, or for `bootstrap` what is built: `debian`, `busybox`
    /// @param alias    its name there
    record Remote(String protocol, String server, String alias, String certificate, String secret)
            implements ImageQuery {}
}
