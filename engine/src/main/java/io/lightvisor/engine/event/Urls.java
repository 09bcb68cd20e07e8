package io.lightvisor.engine.event;

import io.lightvisor.model.InstanceSnapshot;
import io.lightvisor.model.Project;
import io.lightvisor.model.ProjectName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// Where objects stand in the API, as operations and lifecycle events name them.
public final class Urls {
    private Urls() {}

    /// `/1.0/NOUN/NAME`, with the project where it is not the default one.
    public static String of(String noun, String name, ProjectName project) {
        String url = "/1.0/" + noun + "/" + segment(name);
        return project.equals(Project.DEFAULT) ? url : url + "?project=" + segment(project.value());
    }

    /// `/1.0/NOUN/NAME/PARTS/PART`, for a part of an object.
    public static String of(String noun, String name, ProjectName project, String parts, String part) {
        String url = "/1.0/" + noun + "/" + segment(name) + "/" + parts + "/" + segment(part);
        return project.equals(Project.DEFAULT) ? url : url + "?project=" + segment(project.value());
    }

    /// `/1.0/NOUN/NAME` for what belongs to no project.
    public static String of(String noun, String name) {
        return "/1.0/" + noun + "/" + segment(name);
    }

    /// `/1.0/instances/NAME/snapshots/SNAPSHOT`, with the project where it is not the default one.
    public static String snapshot(InstanceSnapshot.Ref ref) {
        String url = "/1.0/instances/" + segment(ref.instance().name().value()) + "/snapshots/"
                + segment(ref.name().value());
        var project = ref.instance().project();
        return project.equals(Project.DEFAULT) ? url : url + "?project=" + segment(project.value());
    }

    private static String segment(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-_.~".indexOf(c) >= 0)) {
                return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
            }
        }
        return name;
    }
}
