package io.lightvisor.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/// The descriptors a child is given, in an order in which no dup2(2) overwrites the source of a later one:
/// every source is a duplicate above all targets. For `Spawn` only.
public final class SpawnedDescriptors implements AutoCloseable {
    private final List<Fd> sources = new ArrayList<>();
    private final List<Integer> targets = new ArrayList<>();

    private SpawnedDescriptors() {}

    public static SpawnedDescriptors prepare(SortedMap<Integer, Fd> wanted) {
        var prepared = new SpawnedDescriptors();
        if (wanted.isEmpty()) {
            return prepared;
        }
        int above = Math.max(3, wanted.lastKey() + 1);
        try {
            wanted.forEach((target, fd) -> {
                // A duplicate also keeps the file open if its owner closes it meanwhile.
                prepared.sources.add(fd.dupAbove(above));
                prepared.targets.add(target);
            });
            return prepared;
        } catch (RuntimeException e) {
            prepared.close();
            throw e;
        }
    }

    public int count() {
        return sources.size();
    }

    public int source(int i) {
        return sources.get(i).number();
    }

    public int target(int i) {
        return targets.get(i);
    }

    @Override
    public void close() {
        for (var source : sources) {
            source.close();
        }
    }
}
