package io.lightvisor.model.config;

import io.lightvisor.model.config.ConfigKey.Scope;
import io.lightvisor.model.config.ConfigKey.Type;

/// Short ways to declare a key, so that a table of keys reads as one.
final class Keys {
    static final boolean LIVE = true;
    static final boolean AT_START = false;

    private Keys() {}

    static ConfigKey flag(String name, String defaultValue, boolean live, Scope scope, String help) {
        return new ConfigKey(name, Type.BOOLEAN, defaultValue, live, scope, Checks.BOOLEAN, help);
    }

    static ConfigKey number(String name, String defaultValue, boolean live, Scope scope, Check check, String help) {
        return new ConfigKey(name, Type.INTEGER, defaultValue, live, scope, check, help);
    }

    static ConfigKey text(String name, String defaultValue, boolean live, Scope scope, Check check, String help) {
        return new ConfigKey(name, Type.STRING, defaultValue, live, scope, check, help);
    }

    static ConfigKey blob(String name, boolean live, Scope scope, Check check, String help) {
        return new ConfigKey(name, Type.BLOB, "", live, scope, check, help);
    }
}
