package io.lightvisor.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// All records after one commit: a tree per kind, each at the place of its kind's number. Immutable.
record State(long revision, List<Tree<Object>> trees) implements Facts {
    static final State EMPTY = empty();

    private static State empty() {
        var trees = new ArrayList<Tree<Object>>();
        for (int i = 0; i < Kind.ALL.size(); i++) {
            trees.add(Tree.empty());
        }
        return new State(0, List.copyOf(trees));
    }

    @Override
    public <T> Optional<T> find(Kind<T> kind, Object ref) {
        return find(trees, kind, ref);
    }

    @Override
    public <T> List<T> all(Kind<T> kind) {
        return all(trees, kind);
    }

    @Override
    public <T> List<T> below(Kind<T> kind, Object owner) {
        return below(trees, kind, owner);
    }

    static <T> Optional<T> find(List<Tree<Object>> trees, Kind<T> kind, Object ref) {
        return Optional.ofNullable(kind.type().cast(trees.get(kind.number()).get(kind.keyOfRef(ref))));
    }

    @SuppressWarnings(
            "unchecked") // a tree holds values of its kind only: they came through Kind<T> or the kind's codec
    static <T> List<T> all(List<Tree<Object>> trees, Kind<T> kind) {
        return (List<T>) trees.get(kind.number()).values();
    }

    @SuppressWarnings("unchecked") // as above
    static <T> List<T> below(List<Tree<Object>> trees, Kind<T> kind, Object owner) {
        return (List<T>) trees.get(kind.number()).valuesBelow(owner + "/");
    }
}
