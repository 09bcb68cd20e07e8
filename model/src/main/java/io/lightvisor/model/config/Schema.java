package io.lightvisor.model.config;

import io.lightvisor.model.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The keys that one sort of object may have. Immutable.
public final class Schema {
    private final List<ConfigKey> keys;
    private final Map<String, ConfigKey> exact = new HashMap<>();
    private final List<ConfigKey> families = new ArrayList<>();
    private final Wording wording;
    private final List<Rule> rules;

    /// A rule on keys together.
    interface Rule {
        /// What is wrong, or empty.
        String complaint(Map<String, String> config);
    }

    /// How an object's config is refused.
    interface Wording {
        /// A key that the object does not have.
        String unknown(String key, String value);

        /// A value that the key does not take.
        String bad(String key, String value, String complaint);
    }

    Schema(List<ConfigKey> keys, Wording wording, List<Rule> rules) {
        this.keys = List.copyOf(keys);
        this.wording = wording;
        this.rules = List.copyOf(rules);
        for (var key : keys) {
            if (key.isFamily()) {
                families.add(key);
            } else if (exact.put(key.name(), key) != null) {
                throw new IllegalArgumentException("declared twice: " + key.name());
            }
        }
    }

    /// All keys as declared.
    public List<ConfigKey> keys() {
        return keys;
    }

    /// The key of that name, or the family that it belongs to.
    public Optional<ConfigKey> find(String key) {
        return Optional.ofNullable(lookUp(key));
    }

    private @Nullable ConfigKey lookUp(String key) {
        var found = exact.get(key);
        if (found != null) {
            return found;
        }
        for (var family : families) {
            if (family.matches(key)) {
                return family;
            }
        }
        return null;
    }

    /// What holds while `key` is unset; empty for nothing.
    public String defaultOf(String key) {
        var found = lookUp(key);
        return found == null ? "" : found.defaultValue();
    }

    /// Whether a change of `key` reaches what runs.
    public boolean isLive(String key) {
        var found = lookUp(key);
        return found != null && found.live();
    }

    /// Refuses unknown keys, bad values, and keys that exclude each other; names the first in the order of names.
    ///
    /// @throws io.lightvisor.model.ProblemException `BadRequest` in LXD's words
    public void validate(Map<String, String> config) {
        for (var entry : new TreeMap<>(config).entrySet()) {
            validate(entry.getKey(), entry.getValue());
        }
        for (var rule : rules) {
            String complaint = rule.complaint(config);
            if (!complaint.isEmpty()) {
                throw Problem.badRequest(complaint).exception();
            }
        }
    }

    /// Refuses one key or value.
    ///
    /// @throws io.lightvisor.model.ProblemException `BadRequest` in LXD's words
    public void validate(String key, String value) {
        var found = lookUp(key);
        if (found == null) {
            throw Problem.badRequest(wording.unknown(Problem.printable(key), Problem.printable(value)))
                    .exception();
        }
        String complaint = value.isEmpty() ? "" : found.check().complaint(value);
        if (!complaint.isEmpty()) {
            String what = wording.bad(key, Problem.printable(value), complaint);
            // LXD's words alone often leave the reader to guess which of many keys is meant.
            String remedy = what.contains(key) ? "" : "this is the value of \"" + key + "\"";
            throw new Problem.BadRequest(what, "", remedy).exception();
        }
    }
}
