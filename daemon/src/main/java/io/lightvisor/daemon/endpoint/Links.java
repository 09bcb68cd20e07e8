package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.http.Percent;
import io.lightvisor.model.Project;
import io.lightvisor.model.ProjectName;

/// URLs of objects, as lists and `Location` headers carry them.
final class Links {
    private Links() {}

    /// `/1.0/NOUN/NAME`, with the project where it is not the default one.
    static String of(String noun, String name, ProjectName project) {
        String url = "/1.0/" + noun + "/" + Percent.encode(name);
        return project.equals(Project.DEFAULT) ? url : url + "?project=" + Percent.encode(project.value());
    }

    /// `/1.0/NOUN/NAME`.
    static String of(String noun, String name) {
        return "/1.0/" + noun + "/" + Percent.encode(name);
    }
}
