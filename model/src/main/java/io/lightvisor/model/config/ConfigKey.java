package io.lightvisor.model.config;

/// A config key.
///
/// @param name         the key; `*` stands for any text, so that `user.*` is a family
/// @param type         what it holds
/// @param defaultValue what holds while it is unset, or empty for nothing
/// @param live         whether a change reaches a running instance (the running server)
/// @param scope        where it has an effect
/// @param check        the rule of its value
/// @param help         what it does, for people
public record ConfigKey(
        String name, Type type, String defaultValue, boolean live, Scope scope, Check check, String help) {

    /// What a key holds; on the wire every value is a string.
    public enum Type {
        STRING("string"),
        BOOLEAN("bool"),
        INTEGER("integer"),
        /// Several lines that others understand.
        BLOB("blob");

        private final String wire;

        Type(String wire) {
            this.wire = wire;
        }

        /// The spelling of the API.
        public String wire() {
            return wire;
        }
    }

    /// Where a key has an effect.
    public enum Scope {
        /// Containers and virtual machines; for the server and projects, everywhere.
        ANY("-"),
        CONTAINER("container"),
        VIRTUAL_MACHINE("virtual machine"),
        /// One member of a cluster.
        MEMBER("local");

        private final String wire;

        Scope(String wire) {
            this.wire = wire;
        }

        /// The spelling of the API.
        public String wire() {
            return wire;
        }
    }

    /// Whether this is many keys in one.
    public boolean isFamily() {
        return name.indexOf('*') >= 0;
    }

    /// Whether `key` is this key or of this family.
    public boolean matches(String key) {
        int star = name.indexOf('*');
        if (star < 0) {
            return name.equals(key);
        }
        return key.length() >= name.length() - 1
                && key.startsWith(name.substring(0, star))
                && key.endsWith(name.substring(star + 1));
    }

    /// The first part of the name: `limits` of `limits.cpu`.
    public String group() {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }
}
