package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;

/// Which fields of an object may be written back, in the order in which they are shown.
final class Fields {
    static final String[] INSTANCE = {
        "architecture", "config", "devices", "ephemeral", "profiles", "stateful", "description"
    };
    static final String[] PROFILE = {"config", "description", "devices"};
    static final String[] CONFIG = {"config", "description"};
    static final String[] IMAGE = {"auto_update", "properties", "public", "expires_at", "profiles"};
    static final String[] CERTIFICATE = {"name", "type", "restricted", "projects", "certificate"};
    static final String[] VOLUME = {"config", "description"};

    private Fields() {}

    /// The object with only these fields.
    static JsonObject writable(JsonObject object, String... fields) {
        JsonObject writable = new JsonObject();
        for (String field : fields) {
            if (object.has(field)) {
                writable.put(field, object.get(field));
            }
        }
        return writable;
    }
}
