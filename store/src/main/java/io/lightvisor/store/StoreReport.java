package io.lightvisor.store;

import java.nio.file.Path;
import java.time.Instant;

/// How the store was found when it was opened.
public sealed interface StoreReport {
    /// As it was left.
    record Good() implements StoreReport {}

    /// There was none; it is new.
    record Created() implements StoreReport {}

    /// The database was damaged. It was set aside and the last good snapshot taken in its place, so that what was
    /// recorded after that is missing.
    ///
    /// @param cause    what was found
    /// @param setAside where the damaged file lies now; the folder's database if there was no file
    /// @param taken    when the snapshot was made
    /// @param revision the revision of the snapshot
    record Restored(String cause, Path setAside, Instant taken, long revision) implements StoreReport {}

    /// The database was damaged and there was no good snapshot. It was set aside and the store starts empty.
    record Lost(String cause, Path setAside) implements StoreReport {}

    /// Whether an administrator should know.
    default boolean isBad() {
        return switch (this) {
            case Good _, Created _ -> false;
            case Restored _, Lost _ -> true;
        };
    }

    /// One sentence for a person.
    default String sentence() {
        return switch (this) {
            case Good _ -> "database opened";
            case Created _ -> "database created";
            case Restored r ->
                "database was damaged (" + r.cause() + "): set aside as " + r.setAside()
                        + ", went on with the snapshot of " + r.taken()
                        + "; what was recorded since then is missing";
            case Lost l ->
                "database was damaged (" + l.cause() + ") and no snapshot is good: set aside as " + l.setAside()
                        + ", went on with nothing recorded; recover instances with \"lxd recover\"";
        };
    }
}
