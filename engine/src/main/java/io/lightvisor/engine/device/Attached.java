package io.lightvisor.engine.device;

import java.util.Map;

/// A device that a running container has.
///
/// @param options what it was made of
record Attached(Map<String, String> options, Contribution contribution) {
    Attached {
        options = Map.copyOf(options);
    }
}
