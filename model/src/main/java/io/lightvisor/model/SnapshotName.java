package io.lightvisor.model;

/// The name of a snapshot, unique in its instance; one segment of a URL.
public record SnapshotName(String value) implements Comparable<SnapshotName> {
    public SnapshotName {
        if (!(Names.segment(value))) {
            throw Problem.badValue(
                            "snapshot name",
                            value,
                            "a name is one URL segment: no slash, blank, quote or control character")
                    .exception();
        }
    }

    @Override
    public int compareTo(SnapshotName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
