package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.InstancePost;
import io.lightvisor.api.InstancePut;
import io.lightvisor.api.InstanceStatePut;
import io.lightvisor.api.InstancesPost;
import io.lightvisor.api.InstancesPut;
import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.Filter;
import io.lightvisor.daemon.http.Percent;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.instance.ChangeState;
import io.lightvisor.engine.instance.InstanceChange;
import io.lightvisor.engine.instance.InstanceView;
import io.lightvisor.engine.instance.Instances;
import io.lightvisor.engine.operation.Operation;
import io.lightvisor.engine.operation.Operations;
import io.lightvisor.model.Architecture;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.InstanceSnapshot;
import io.lightvisor.model.InstanceType;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProfileName;
import io.lightvisor.model.Project;
import io.lightvisor.model.SnapshotName;
import io.lightvisor.model.StatusCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// `/1.0/instances`, and the same below the older names `containers` and `virtual-machines`: there lists
/// hold only that type, and URLs in them keep the name that was asked by.
final class InstancesEndpoint {
    private final Instances instances;
    private final Operations operations;
    private final StateReader states;
    private final BackupsEndpoint backups;

    InstancesEndpoint(Instances instances, Operations operations, BackupsEndpoint backups) {
        this.backups = backups;
        this.instances = instances;
        this.operations = operations;
        this.states = new StateReader(instances);
    }

    /// The nouns below which instances are found.
    static final List<String> NOUNS = List.of("instances", "containers", "virtual-machines");

    List<Route> routes() {
        var routes = new ArrayList<Route>();
        for (String noun : NOUNS) {
            String all = "/1.0/" + noun;
            String one = all + "/{name}";
            routes.addAll(List.of(
                    Route.of("GET", all, this::list),
                    Route.of("POST", all, this::create),
                    Route.of("PUT", all, this::changeAll),
                    Route.of("GET", one, this::get),
                    Route.of("PUT", one, this::replace),
                    Route.of("PATCH", one, this::patch),
                    Route.of("POST", one, this::rename),
                    Route.of("DELETE", one, this::delete),
                    Route.of("GET", one + "/state", this::state),
                    Route.of("PUT", one + "/state", this::changeState)));
        }
        return routes;
    }

    /// The noun of a path: `containers` of `/1.0/containers/c1`.
    static String noun(Call call) {
        String path = call.path();
        int end = path.indexOf('/', 5);
        return end < 0 ? path.substring(5) : path.substring(5, end);
    }

    static Instance.Ref ref(Call call) {
        return new Instance.Ref(
                call.project(), Fields.named(call.variable(0), InstanceName::new, "Instance not found"));
    }

    // ---- looking

    private Answer list(Call call) throws InterruptedException {
        boolean allProjects = call.flag("all-projects");
        if (allProjects && !call.query("project").isEmpty()) {
            throw Problem.badRequest("Cannot specify a project when requesting all projects")
                    .exception();
        }
        String noun = noun(call);
        Optional<InstanceType> type = type(noun, call.query("instance-type"));
        var filter = Filter.parse(call.query("filter"));
        var views = new ArrayList<InstanceView>();
        for (var view : allProjects ? instances.listAll() : instances.list(call.project())) {
            if ((type.isEmpty() || view.expanded().instance().type() == type.get())
                    && (filter.isEmpty() || filter.matches(InstanceWire.of(view)))) {
                views.add(view);
            }
        }
        return switch (call.recursion()) {
            case 0 -> Answer.sync(urls(noun, views));
            case 1 -> Answer.sync(views.stream().map(InstanceWire::of).toList());
            default -> Answer.sync(states.full(views));
        };
    }

    private static Optional<InstanceType> type(String noun, String asked) {
        if (noun.equals("containers")) {
            return Optional.of(InstanceType.CONTAINER);
        }
        if (noun.equals("virtual-machines")) {
            return Optional.of(InstanceType.VIRTUAL_MACHINE);
        }
        return asked.isEmpty() ? Optional.empty() : Optional.of(InstanceType.parse(asked));
    }

    private static List<String> urls(String noun, List<InstanceView> views) {
        var urls = new ArrayList<String>(views.size());
        for (var view : views) {
            var instance = view.expanded().instance();
            urls.add(Links.of(noun, instance.name().value(), instance.project()));
        }
        return urls;
    }

    private Answer get(Call call) {
        var view = instances.view(ref(call));
        String tag = InstanceWire.tag(view.expanded().instance());
        return call.recursion() == 0
                ? Answer.sync(InstanceWire.of(view)).tagged(tag)
                : Answer.sync(InstanceWire.full(
                                view,
                                instances.state(view.expanded().instance()),
                                instances.snapshots().of(view.expanded().instance())))
                        .tagged(tag);
    }

    private Answer state(Call call) {
        var view = instances.view(ref(call));
        return Answer.sync(InstanceWire.state(instances.state(view.expanded().instance())));
    }

    // ---- changing

    private Answer create(Call call) throws IOException {
        if (BackupsEndpoint.isImport(call)) {
            return backups.restore(call);
        }
        var command = CreateInstanceReader.read(call.project(), call.json(InstancesPost.class));
        return Answer.operation(OperationWire.of(instances.create(command).view()));
    }

    private Answer replace(Call call) throws IOException {
        var put = call.json(InstancePut.class);
        if (!Fields.text(put.restore()).isEmpty()) {
            return restore(call, put);
        }
        var ref = ref(call);
        var before = instances.view(ref).expanded().instance();
        var wanted = new InstanceChange(
                architecture(put, before),
                Fields.map(put.config()),
                new DeviceMap(Fields.devices(put.devices())),
                Fields.list(put.profiles(), ProfileName::new),
                Fields.flag(put.ephemeral()),
                Fields.text(put.description()));
        var operation = instances.update(ref, current -> call.requireMatch(InstanceWire.tag(current)), wanted);
        return Answer.operation(OperationWire.of(operation.view()));
    }

    private static Architecture architecture(InstancePut put, Instance before) {
        String text = Fields.text(put.architecture());
        return text.isEmpty() ? before.architecture() : Architecture.parse(text);
    }

    private Answer restore(Call call, InstancePut put) {
        var ref = ref(call);
        // Clients say it either way: `snap0` or `c1/snap0`.
        String text = Fields.text(put.restore());
        String owner = ref.name() + "/";
        String own = text.startsWith(owner) ? text.substring(owner.length()) : text;
        var name =
                Fields.named(own, SnapshotName::new, "Snapshot " + owner + Problem.printable(own) + " does not exist");
        var operation = instances.snapshots().restore(new InstanceSnapshot.Ref(ref, name), Fields.flag(put.stateful()));
        return Answer.operation(OperationWire.of(operation.view()));
    }

    private Answer patch(Call call) throws Exception {
        var put = call.json(InstancePut.class);
        var ref = ref(call);
        var seen = instances.view(ref).expanded().instance();
        var architecture = architecture(put, seen);
        instances.patch(
                ref,
                current -> call.requireMatch(InstanceWire.tag(current)),
                before -> new InstanceChange(
                        architecture,
                        Fields.patched(before.config(), put.config()),
                        new DeviceMap(Fields.patchedDevices(before.devices().byName(), put.devices())),
                        put.profiles() == null ? before.profiles() : Fields.list(put.profiles(), ProfileName::new),
                        put.ephemeral() == null ? before.ephemeral() : put.ephemeral(),
                        Fields.text(put.description(), before.description())));
        return Answer.empty();
    }

    private Answer rename(Call call) throws IOException {
        var post = call.json(InstancePost.class);
        if (!Fields.text(post.project()).isEmpty()) {
            throw new Problem.Unsupported("Instance not moved", "moving to another project is not offered yet", "")
                    .exception();
        }
        if (!Fields.text(post.pool()).isEmpty()) {
            return move(call, post);
        }
        if (Fields.flag(post.migration())) {
            throw new Problem.Unsupported("Instance not moved", "moving to another server is not offered yet", "")
                    .exception();
        }
        var to = new InstanceName(Fields.required(post.name(), "No name provided"));
        return Answer.operation(OperationWire.of(instances.rename(ref(call), to).view()));
    }

    private Answer move(Call call, InstancePost post) {
        var ref = ref(call);
        String name = Fields.text(post.name());
        if (!name.isEmpty() && !name.equals(ref.name().value())) {
            throw new Problem.BadRequest(
                            "Instance not moved",
                            "another pool and another name are two changes",
                            "rename it before or after")
                    .exception();
        }
        var operation = instances.move(ref, new PoolName(Fields.text(post.pool())));
        return Answer.operation(OperationWire.of(operation.view()));
    }

    private Answer delete(Call call) {
        return Answer.operation(OperationWire.of(instances.delete(ref(call)).view()));
    }

    private Answer changeState(Call call) throws IOException {
        var change = change(call.json(InstanceStatePut.class));
        return Answer.operation(
                OperationWire.of(instances.changeState(ref(call), change).view()));
    }

    private static ChangeState change(InstanceStatePut put) {
        String action = Fields.text(put.action());
        ChangeState.Action what;
        try {
            what = ChangeState.Action.valueOf(action.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("Unknown action: \"" + Problem.printable(action) + "\"")
                    .exception(e);
        }
        int timeout = put.timeout() == null ? -1 : put.timeout();
        return new ChangeState(
                what,
                timeout < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(timeout)),
                Fields.flag(put.force()),
                Fields.flag(put.stateful()));
    }

    /// One operation that changes all instances of a project, those that the change means something for.
    private Answer changeAll(Call call) throws IOException {
        var put = call.json(InstancesPut.class);
        if (put.state() == null) {
            throw Problem.badRequest("No state provided").exception();
        }
        var change = change(put.state());
        var chosen = new ArrayList<Instance.Ref>();
        for (var view : instances.list(call.project())) {
            if (isMeant(change.action(), view.status())) {
                chosen.add(view.expanded().instance().ref());
            }
        }
        var urls = chosen.stream()
                .map(ref -> Links.of("instances", ref.name().value(), ref.project()))
                .toList();
        var operation = operations.task(
                call.project(),
                change.action().description().replace("instance", "instances"),
                urls.isEmpty() ? Map.of() : Map.of("instances", urls),
                _ -> changeEach(chosen, change));
        return Answer.operation(OperationWire.of(operation.view()));
    }

    private static boolean isMeant(ChangeState.Action action, StatusCode status) {
        return switch (action) {
            case START -> status == StatusCode.STOPPED;
            case STOP, RESTART -> status != StatusCode.STOPPED;
            case FREEZE -> status == StatusCode.RUNNING || status == StatusCode.READY;
            case UNFREEZE -> status == StatusCode.FROZEN;
        };
    }

    private void changeEach(List<Instance.Ref> chosen, ChangeState change) throws InterruptedException {
        var begun = new ArrayList<Operation>();
        for (var ref : chosen) {
            begun.add(instances.changeState(ref, change));
        }
        var failures = new ArrayList<String>();
        for (int i = 0; i < begun.size(); i++) {
            begun.get(i).await(null);
            var view = begun.get(i).view();
            if (!view.error().isEmpty()) {
                failures.add(chosen.get(i).name() + " (" + view.error() + ")");
            }
        }
        if (!failures.isEmpty()) {
            throw Problem.failed(
                            "Some instances in project " + chosen.getFirst().project() + " failed to change state",
                            String.join(", ", failures))
                    .exception();
        }
    }

    /// The URL below which an instance's parts (logs) are found.
    static String urlOf(Call call) {
        return "/1.0/" + noun(call) + "/" + Percent.encode(call.variable(0));
    }

    /// The query that such a URL needs outside the default project.
    static String querySuffix(Call call) {
        return call.project().equals(Project.DEFAULT)
                ? ""
                : "?project=" + Percent.encode(call.project().value());
    }
}
