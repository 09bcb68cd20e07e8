package io.lightvisor.store;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// A store that forgets: the twin of [SqliteStore] for tests of what decides on it.
public final class MemoryStore implements Store {
    private final ReentrantLock deciding = new ReentrantLock();
    private volatile State state = State.EMPTY;
    private volatile boolean closed;

    @Override
    public Facts facts() {
        return state;
    }

    @Override
    public <R> R decide(Function<Draft, R> planner) {
        if (deciding.isHeldByCurrentThread()) {
            throw new IllegalStateException("a planner does not call the store");
        }
        deciding.lock();
        try {
            if (closed) {
                throw StoreProblems.closed();
            }
            var draft = new DraftState(state);
            R answer = planner.apply(draft);
            if (draft.isChanged()) {
                state = draft.state();
            }
            return answer;
        } finally {
            deciding.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
