package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.ProjectPut;
import io.lightvisor.api.ProjectState;
import io.lightvisor.api.ProjectsPost;
import io.lightvisor.api.RenamePost;
import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.ETag;
import io.lightvisor.daemon.http.Filter;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.operation.Operations;
import io.lightvisor.engine.server.Projects;
import io.lightvisor.model.InstanceType;
import io.lightvisor.model.Problem;
import io.lightvisor.model.Project;
import io.lightvisor.model.ProjectName;
import io.lightvisor.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `/1.0/projects`.
final class ProjectsEndpoint {
    private final Projects projects;
    private final Operations operations;
    private final Store store;

    ProjectsEndpoint(Projects projects, Operations operations, Store store) {
        this.projects = projects;
        this.operations = operations;
        this.store = store;
    }

    List<Route> routes() {
        return List.of(
                Route.memory("GET", "/1.0/projects", this::list),
                Route.of("POST", "/1.0/projects", this::create),
                Route.memory("GET", "/1.0/projects/{name}", this::get),
                Route.of("PUT", "/1.0/projects/{name}", this::replace),
                Route.of("PATCH", "/1.0/projects/{name}", this::patch),
                Route.of("POST", "/1.0/projects/{name}", this::rename),
                Route.of("DELETE", "/1.0/projects/{name}", this::delete),
                Route.memory("GET", "/1.0/projects/{name}/state", this::state));
    }

    private Answer list(Call call) {
        var filter = Filter.parse(call.query("filter"));
        var found = new ArrayList<Object>();
        for (var project : projects.list()) {
            String url = Links.of("projects", project.name().value());
            if (call.recursion() == 0 && filter.isEmpty()) {
                found.add(url);
                continue;
            }
            var wire = wire(project);
            if (filter.matches(wire)) {
                found.add(call.recursion() == 0 ? url : wire);
            }
        }
        return Answer.sync(found);
    }

    private io.lightvisor.api.Project wire(Project project) {
        return new io.lightvisor.api.Project(
                project.config(), project.description(), project.name().value(), projects.usedBy(project.name()));
    }

    private Answer create(Call call) throws IOException {
        var post = call.json(ProjectsPost.class);
        var name = new ProjectName(Fields.required(post.name(), "No name provided"));
        projects.create(name, Fields.text(post.description()), Fields.map(post.config()));
        return Answer.created(Links.of("projects", name.value()));
    }

    private static ProjectName name(Call call) {
        return Fields.named(call.variable(0), ProjectName::new, "Project not found");
    }

    private Answer get(Call call) {
        var project = projects.require(name(call));
        return Answer.sync(wire(project)).tagged(tag(project));
    }

    private static String tag(Project project) {
        return ETag.of(project.description(), project.config());
    }

    private Answer replace(Call call) throws IOException {
        var put = call.json(ProjectPut.class);
        projects.update(
                name(call),
                current -> call.requireMatch(tag(current)),
                Fields.text(put.description()),
                Fields.map(put.config()));
        return Answer.empty();
    }

    private Answer patch(Call call) throws IOException {
        var put = call.json(ProjectPut.class);
        var before = projects.require(name(call));
        projects.update(
                name(call),
                current -> {
                    call.requireMatch(tag(current));
                    if (!current.equals(before)) {
                        throw new Problem.Stale(
                                        "Project \"" + before.name() + "\" changed while it was being changed",
                                        "",
                                        "try again")
                                .exception();
                    }
                },
                Fields.text(put.description(), before.description()),
                Fields.patched(before.config(), put.config()));
        return Answer.empty();
    }

    private Answer rename(Call call) throws IOException {
        var to = new ProjectName(Fields.required(call.json(RenamePost.class).name(), "No name provided"));
        var from = name(call);
        projects.require(from);
        var operation = operations.task(
                Project.DEFAULT,
                "Renaming project",
                Map.of("projects", List.of(Links.of("projects", to.value()))),
                _ -> projects.rename(from, to));
        return Answer.operation(OperationWire.of(operation.view()));
    }

    private Answer delete(Call call) {
        projects.delete(name(call));
        return Answer.empty();
    }

    private Answer state(Call call) {
        var project = projects.require(name(call));
        var facts = store.facts();
        long containers = 0;
        long machines = 0;
        for (var instance : facts.instances(project.name())) {
            if (instance.type() == InstanceType.CONTAINER) {
                containers++;
            } else {
                machines++;
            }
        }
        var resources = new TreeMap<String, ProjectState.Resource>();
        resources.put("containers", usage(project, "containers", containers));
        resources.put("virtual-machines", usage(project, "virtual-machines", machines));
        resources.put("instances", usage(project, "instances", containers + machines));
        resources.put(
                "networks",
                usage(project, "networks", facts.networks(project.name()).size()));
        for (String none : List.of("cpu", "disk", "memory", "processes")) {
            resources.put(none, usage(project, none, 0));
        }
        return Answer.sync(new ProjectState(resources));
    }

    private static ProjectState.Resource usage(Project project, String what, long used) {
        String limit = project.config().getOrDefault("limits." + what, "");
        long number = -1;
        try {
            number = limit.isEmpty() ? -1 : Long.parseLong(limit);
        } catch (NumberFormatException e) {
            // A size: shown without its unit as bytes.
            number = io.lightvisor.model.ByteSize.parse(limit).bytes();
        }
        return new ProjectState.Resource(number, used);
    }
}
