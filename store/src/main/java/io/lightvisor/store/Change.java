package io.lightvisor.store;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a decision changed.
///
/// @param <T> the type of the kind's values
/// @param value the new value, or null where the record is removed
record Change<T>(Place place, Kind<T> kind, @Nullable T value) {
    /// Which record.
    record Place(int kind, String key) {}

    /// Notes this change among others; the last one of a place holds.
    void noteIn(Map<Place, Change<?>> changes) {
        changes.put(place, this);
    }
}
