package io.lightvisor.model;

/// The name of an instance, unique in its project. It becomes the host name inside and a record in the network's DNS,
/// so it
/// is a DNS label (RFC 1123, section 2.1) that starts with a letter.
public record InstanceName(String value) implements Comparable<InstanceName> {
    public InstanceName {
        if (!(Names.hostLabel(value))) {
            throw Problem.badValue(
                            "instance name",
                            value,
                            "a name has 1 to 63 letters, digits and inner hyphens, and starts with a letter")
                    .exception();
        }
    }

    @Override
    public int compareTo(InstanceName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
