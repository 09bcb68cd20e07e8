package io.lightvisor.model;

/// The name of a profile, unique in its project; one segment of a URL.
public record ProfileName(String value) implements Comparable<ProfileName> {
    public ProfileName {
        if (!(Names.segment(value))) {
            throw Problem.badValue(
                            "profile name",
                            value,
                            "a name is one URL segment: no slash, blank, quote or control character")
                    .exception();
        }
    }

    @Override
    public int compareTo(ProfileName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
