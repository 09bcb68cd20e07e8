package io.lightvisor.model;

/// The name of a project. It prefixes paths and cgroups as `project_name`, so it holds no underscore.
public record ProjectName(String value) implements Comparable<ProjectName> {
    public ProjectName {
        if (!(Names.segment(value) && !value.equals("*") && value.indexOf('_') < 0)) {
            throw Problem.badValue(
                            "project name",
                            value,
                            "a name is one URL segment without underscore: no slash, blank, quote or control character")
                    .exception();
        }
    }

    @Override
    public int compareTo(ProjectName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
