package io.lightvisor.storage;

import io.lightvisor.model.ProblemException;
import io.lightvisor.model.SnapshotName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// A link `.unsettled` in the folder of a snapshot while the disk is ahead of the records: the snapshot is new, is
/// about
/// to go, or had another name. Whoever finds one after a crash asks the records what became of it. A snapshot without a
/// mark is never touched unasked, whatever the records say.
sealed interface SnapshotMark {
    /// New, or about to go.
    record Unrecorded() implements SnapshotMark {}

    /// Recorded by this name, if it is not by the one it has.
    record Renamed(SnapshotName before) implements SnapshotMark {}

    /// Puts it there, in place of another.
    default void put(Path snapshot) throws IOException {
        remove(snapshot);
        // A link, because it is there whole or not at all.
        Files.createSymbolicLink(
                place(snapshot),
                Path.of(
                        switch (this) {
                            case Unrecorded() -> "unrecorded";
                            case Renamed(var before) -> "renamed/" + before;
                        }));
    }

    static void remove(Path snapshot) throws IOException {
        Files.deleteIfExists(place(snapshot));
    }

    static Optional<SnapshotMark> find(Path snapshot) throws IOException {
        try {
            var text = Files.readSymbolicLink(place(snapshot)).toString();
            return Optional.of(
                    text.startsWith("renamed/")
                            ? new Renamed(new SnapshotName(text.substring("renamed/".length())))
                            : new Unrecorded());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (ProblemException e) {
            throw new IOException(place(snapshot) + " is damaged: " + e.getMessage(), e);
        }
    }

    private static Path place(Path snapshot) {
        return snapshot.resolve(".unsettled");
    }
}
