package io.lightvisor.engine.operation;

/// What must still hold of an object when it is changed: the daemon's `If-Match`. Asked with the newest
/// record,
/// inside
/// the decision; throws
/// [io.lightvisor.model.Problem.Stale] when the object is no longer what the caller read.
@FunctionalInterface
public interface Precondition<T> {
    /// Checks.
    void check(T current);

    /// Whatever it is.
    static <T> Precondition<T> none() {
        return _ -> {};
    }
}
