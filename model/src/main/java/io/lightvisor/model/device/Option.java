package io.lightvisor.model.device;

import io.lightvisor.model.config.Check;

/// An option that a device may have.
///
/// @param required whether it must be set
/// @param check    the rule of its value; not asked about an empty one
record Option(String name, boolean required, Check check) {
    static Option may(String name, Check check) {
        return new Option(name, false, check);
    }

    static Option must(String name, Check check) {
        return new Option(name, true, check);
    }
}
