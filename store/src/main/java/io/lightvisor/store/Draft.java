package io.lightvisor.store;

/// The newest facts while a planner decides on them, with what it changed so far laid over. Good only inside the call
/// of
/// the planner.
public interface Draft extends Facts {
    /// Creates or replaces the record that `value` names.
    <T> void put(Kind<T> kind, T value);

    /// Removes a record; whether it was there. The type of `ref` is the kind's.
    boolean remove(Kind<?> kind, Object ref);

    /// Takes the next instance id, from 1 on. An id that was committed is never given again, even when its instance is
    /// gone.
    default long nextInstanceId() {
        return next(Counter.INSTANCE_ID);
    }

    /// Takes the next number of a counter, from 1 on.
    default long next(String counter) {
        long next = find(Kind.COUNTER, counter).map(Counter::last).orElse(0L) + 1;
        put(Kind.COUNTER, new Counter(counter, next));
        return next;
    }
}
