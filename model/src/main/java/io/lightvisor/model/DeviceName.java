package io.lightvisor.model;

/// The name of a device of an instance or a profile.
public record DeviceName(String value) implements Comparable<DeviceName> {
    public DeviceName {
        if (!(Names.segment(value) && value.length() <= 64)) {
            throw Problem.badValue(
                            "device name",
                            value,
                            "a name has 1 to 64 printable characters without slash, blank or quote")
                    .exception();
        }
    }

    @Override
    public int compareTo(DeviceName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
