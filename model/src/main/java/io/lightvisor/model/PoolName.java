package io.lightvisor.model;

/// The name of a storage pool; a folder below `storage-pools/`.
public record PoolName(String value) implements Comparable<PoolName> {
    public PoolName {
        if (!(Names.segment(value))) {
            throw Problem.badValue(
                            "storage pool name",
                            value,
                            "a name is one URL segment: no slash, blank, quote or control character")
                    .exception();
        }
    }

    @Override
    public int compareTo(PoolName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
