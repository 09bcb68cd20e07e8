package io.lightvisor.store;

import java.util.AbstractList;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// An immutable map from text to values, ordered by key. A change makes a new tree that shares all but O(log n) nodes
/// with the old one, so that every commit can leave a whole snapshot behind. A weight-balanced tree: Adams,
/// "Implementing
/// sets efficiently in a functional language" (1992), with the parameters 3 and 2 that Hirai and Yamamoto proved sound
/// (2011).
///
/// @param root null for the empty tree
record Tree<V>(@Nullable Node<V> root) {
    private static final Tree<Object> EMPTY = new Tree<>(null);

    /// How much heavier one side may be than the other, and when a double rotation is due.
    private static final int DELTA = 3;

    private static final int RATIO = 2;

    record Node<V>(
            String key,
            V value,
            @Nullable Node<V> left,
            @Nullable Node<V> right,
            int size) {}

    @SuppressWarnings("unchecked") // holds no value
    static <V> Tree<V> empty() {
        return (Tree<V>) EMPTY;
    }

    int size() {
        return size(root);
    }

    @Nullable
    V get(String key) {
        var node = root;
        while (node != null) {
            int order = key.compareTo(node.key);
            if (order == 0) {
                return node.value;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    Tree<V> with(String key, V value) {
        return new Tree<>(put(root, key, value));
    }

    Tree<V> without(String key) {
        return get(key) == null ? this : new Tree<>(remove(root, key));
    }

    /// All values in the order of their keys.
    List<V> values() {
        return new Range<>(root, 0, size());
    }

    /// The values whose keys begin with `prefix`.
    List<V> valuesBelow(String prefix) {
        // No key holds U+FFFF, so this ends the prefix's range.
        return new Range<>(root, rank(prefix), rank(prefix + '\uffff'));
    }

    /// How many keys come before `key`.
    private int rank(String key) {
        int before = 0;
        var node = root;
        while (node != null) {
            if (key.compareTo(node.key) <= 0) {
                node = node.left;
            } else {
                before += size(node.left) + 1;
                node = node.right;
            }
        }
        return before;
    }

    private static int size(@Nullable Node<?> node) {
        return node == null ? 0 : node.size;
    }

    private static <V> Node<V> put(@Nullable Node<V> node, String key, V value) {
        if (node == null) {
            return new Node<>(key, value, null, null, 1);
        }
        int order = key.compareTo(node.key);
        if (order == 0) {
            return new Node<>(key, value, node.left, node.right, node.size);
        }
        return order < 0
                ? balance(node.key, node.value, put(node.left, key, value), node.right)
                : balance(node.key, node.value, node.left, put(node.right, key, value));
    }

    private static <V> @Nullable Node<V> remove(@Nullable Node<V> node, String key) {
        if (node == null) {
            return null;
        }
        int order = key.compareTo(node.key);
        if (order < 0) {
            return balance(node.key, node.value, remove(node.left, key), node.right);
        }
        if (order > 0) {
            return balance(node.key, node.value, node.left, remove(node.right, key));
        }
        if (node.left == null) {
            return node.right;
        }
        if (node.right == null) {
            return node.left;
        }
        var next = node.right;
        while (next.left != null) {
            next = next.left;
        }
        return balance(next.key, next.value, node.left, remove(node.right, next.key));
    }

    private static <V> Node<V> balance(String key, V value, @Nullable Node<V> left, @Nullable Node<V> right) {
        int l = size(left);
        int r = size(right);
        if (l + r >= 2 && right != null && r > DELTA * l) {
            var inner = right.left;
            if (inner == null || size(inner) < RATIO * size(right.right)) {
                return node(right.key, right.value, node(key, value, left, inner), right.right);
            }
            return node(
                    inner.key,
                    inner.value,
                    node(key, value, left, inner.left),
                    node(right.key, right.value, inner.right, right.right));
        }
        if (l + r >= 2 && left != null && l > DELTA * r) {
            var inner = left.right;
            if (inner == null || size(inner) < RATIO * size(left.left)) {
                return node(left.key, left.value, left.left, node(key, value, inner, right));
            }
            return node(
                    inner.key,
                    inner.value,
                    node(left.key, left.value, left.left, inner.left),
                    node(key, value, inner.right, right));
        }
        return node(key, value, left, right);
    }

    private static <V> Node<V> node(String key, V value, @Nullable Node<V> left, @Nullable Node<V> right) {
        return new Node<>(key, value, left, right, size(left) + size(right) + 1);
    }

    /// The values from one place to another, as a list; O(1) to make.
    private static final class Range<V> extends AbstractList<V> {
        private final @Nullable Node<V> root;
        private final int from;
        private final int to;

        Range(@Nullable Node<V> root, int from, int to) {
            this.root = root;
            this.from = from;
            this.to = to;
        }

        @Override
        public int size() {
            return to - from;
        }

        @Override
        public V get(int index) {
            if (index < 0 || index >= size()) {
                throw new IndexOutOfBoundsException(index);
            }
            int place = from + index;
            var node = root;
            while (node != null) {
                int left = Tree.size(node.left);
                if (place == left) {
                    return node.value;
                }
                if (place < left) {
                    node = node.left;
                } else {
                    place -= left + 1;
                    node = node.right;
                }
            }
            throw new IndexOutOfBoundsException(index);
        }

        /// Walks the tree in O(1) per value instead of looking each place up.
        @Override
        public Iterator<V> iterator() {
            var path = new ArrayDeque<Node<V>>();
            int place = from;
            var node = root;
            while (node != null) {
                int left = Tree.size(node.left);
                if (place <= left) {
                    path.push(node);
                    node = node.left;
                } else {
                    place -= left + 1;
                    node = node.right;
                }
            }
            return new Walk<>(path, size());
        }
    }

    private static final class Walk<V> implements Iterator<V> {
        private final ArrayDeque<Node<V>> path;
        private int left;

        Walk(ArrayDeque<Node<V>> path, int count) {
            this.path = path;
            this.left = count;
        }

        @Override
        public boolean hasNext() {
            return left > 0;
        }

        @Override
        public V next() {
            if (left <= 0) {
                throw new NoSuchElementException();
            }
            left--;
            var node = path.pop();
            for (var n = node.right; n != null; n = n.left) {
                path.push(n);
            }
            return node.value;
        }
    }
}
