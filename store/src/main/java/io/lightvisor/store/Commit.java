package io.lightvisor.store;

import io.lightvisor.model.Problem;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/// A decision on its way to the disk.
///
/// @param state what holds once it is there
/// @param outcome becomes known when the transaction that carries it has ended
record Commit(Collection<Change<?>> changes, State state, CompletableFuture<Outcome> outcome) {
    Commit(Collection<Change<?>> changes, State state) {
        this(changes, state, new CompletableFuture<>());
    }

    /// What became of a commit.
    sealed interface Outcome {
        /// It is on the disk.
        record Durable() implements Outcome {}

        /// It could not be written and nothing of it is kept.
        record Failed(Problem problem, Throwable cause) implements Outcome {}

        /// A commit that it built on failed, so it was never tried.
        record Superseded() implements Outcome {}
    }

    /// Waits, interrupted or not: the answer is at most one transaction away, and leaving without it would not know
    /// what
    /// holds. An interrupt stays pending.
    Outcome await() {
        return outcome.join();
    }
}
