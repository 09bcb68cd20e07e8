package io.lightvisor.store;

import java.util.function.Consumer;
import java.util.function.Function;

/// Keeps the records of a host and commits decisions on them.
///
/// A decision is a pure function from the newest facts to an answer, which may put and remove records on its way:
///
/// ```java
/// var made = store.decide(draft -> {
///     if (draft.instance(ref).isPresent()) {
///         throw Problem.conflict("Instance \"c1\" already exists").exception();
///     }
///     var instance = plan(draft.nextInstanceId(), ...);
///     draft.put(Kind.INSTANCE, instance);
///     return instance;
/// });
/// ```
///
/// Safe for any number of threads.
public interface Store extends AutoCloseable {
    /// What is durable now: a consistent snapshot in memory that never changes. O(1), never waits, never touches the
    /// disk.
    Facts facts();

    /// Runs `planner` against the newest state and commits what it put and removed, all or nothing. Returns its
    /// answer once the commit is durable, so that a crash right after cannot take it back.
    ///
    /// Planners run one at a time and hold everyone up: they compute, they do not wait, do no I/O and do not call
    /// the store. A planner may be asked again, against newer facts, if a commit that it built on failed. What it
    /// throws is passed on and commits nothing.
    ///
    /// @throws io.lightvisor.model.ProblemException `Failed` if the commit could not be made durable (disk full,
    ///     I/O error); nothing of it is kept then, and the store goes on
    <R> R decide(Function<Draft, R> planner);

    /// [#decide(Function)] for a planner that has no answer.
    default void change(Consumer<Draft> planner) {
        decide(draft -> {
            planner.accept(draft);
            return Boolean.TRUE;
        });
    }

    /// Waits for commits under way and lets go of the files. Decisions fail from now on; facts already taken stay good.
    @Override
    void close();
}
