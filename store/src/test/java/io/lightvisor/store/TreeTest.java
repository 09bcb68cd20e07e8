package io.lightvisor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class TreeTest {
    @Test
    void withAndWithout_likeATreeMap() {
        var random = new Random(4711);
        var expected = new TreeMap<String, Integer>();
        Tree<Integer> tree = Tree.empty();
        for (int i = 0; i < 20000; i++) {
            String key = "k" + random.nextInt(500);
            if (random.nextInt(3) == 0) {
                expected.remove(key);
                tree = tree.without(key);
                assertNull(tree.get(key));
            } else {
                expected.put(key, i);
                tree = tree.with(key, i);
                assertEquals(i, tree.get(key));
            }
            assertEquals(expected.size(), tree.size());
            if (i % 100 == 0) {
                assertEquals(new ArrayList<>(expected.values()), tree.values());
                assertEquals(new ArrayList<>(expected.subMap("k1", "k2").values()), tree.valuesBelow("k1"));
                assertTrue(depth(tree.root()) <= 2.5 * Math.log(tree.size() + 2) / Math.log(2));
            }
        }
    }

    @Test
    void with_ascendingKeysStaysFlat() {
        Tree<Integer> tree = Tree.empty();
        for (int i = 0; i < 100000; i++) {
            tree = tree.with(String.format("%08d", i), i);
        }
        assertTrue(depth(tree.root()) <= 42);
        for (int i = 0; i < 99990; i++) {
            tree = tree.without(String.format("%08d", i));
        }
        assertEquals(10, tree.size());
        assertTrue(depth(tree.root()) <= 6);
        assertEquals(99990, tree.values().get(0));
    }

    private static int depth(Tree.Node<?> node) {
        return node == null ? 0 : 1 + Math.max(depth(node.left()), depth(node.right()));
    }
}
