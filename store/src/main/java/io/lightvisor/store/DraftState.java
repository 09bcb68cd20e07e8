package io.lightvisor.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A draft over a state. Used by one planner on one thread.
final class DraftState implements Draft {
    private final State base;
    private final List<Tree<Object>> trees;
    private final Map<Change.Place, Change<?>> changes = new LinkedHashMap<>();

    DraftState(State base) {
        this.base = base;
        this.trees = new ArrayList<>(base.trees());
    }

    @Override
    public long revision() {
        return base.revision();
    }

    @Override
    public <T> Optional<T> find(Kind<T> kind, Object ref) {
        return State.find(trees, kind, ref);
    }

    @Override
    public <T> List<T> all(Kind<T> kind) {
        return State.all(trees, kind);
    }

    @Override
    public <T> List<T> below(Kind<T> kind, Object owner) {
        return State.below(trees, kind, owner);
    }

    @Override
    public <T> void put(Kind<T> kind, T value) {
        String key = kind.keyOf(value);
        trees.set(kind.number(), trees.get(kind.number()).with(key, value));
        new Change<>(new Change.Place(kind.number(), key), kind, value).noteIn(changes);
    }

    @Override
    public boolean remove(Kind<?> kind, Object ref) {
        String key = kind.keyOfRef(ref);
        var tree = trees.get(kind.number());
        if (tree.get(key) == null) {
            return false;
        }
        trees.set(kind.number(), tree.without(key));
        new Change<>(new Change.Place(kind.number(), key), kind, null).noteIn(changes);
        return true;
    }

    boolean isChanged() {
        return !changes.isEmpty();
    }

    Collection<Change<?>> changes() {
        return changes.values();
    }

    /// The state that this draft leads to.
    State state() {
        return new State(base.revision() + 1, List.copyOf(trees));
    }
}
