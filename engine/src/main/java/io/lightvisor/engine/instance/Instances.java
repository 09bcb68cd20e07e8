package io.lightvisor.engine.instance;

import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.image.ImageCatalog;
import io.lightvisor.engine.image.PublishRequest;
import io.lightvisor.engine.operation.Operation;
import io.lightvisor.engine.operation.Precondition;
import io.lightvisor.engine.server.Profiles;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProjectName;
import io.lightvisor.model.SnapshotName;
import io.lightvisor.model.StatusCode;
import io.lightvisor.model.config.VolatileKeys;
import io.lightvisor.store.Facts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// All that can be asked of instances. Refuses what is plainly wrong at once; the rest becomes an
/// operation.
public final class Instances {
    private final World world;
    private final CreateInstanceFlow create;
    private final StartInstanceFlow start;
    private final StopInstanceFlow stop;
    private final DeleteInstanceFlow delete;
    private final RenameInstanceFlow rename;
    private final UpdateInstanceFlow update;
    private final ExecCommand exec;
    private final InstanceMetadata metadata;
    private final ConsoleAttachment console;
    private final CpuPlacement cpus;
    private final HealthChecks health;
    private final Restarts restarts;
    private final Dependencies dependencies;
    private final CopyInstanceFlow copies;
    private final MoveInstanceFlow move;
    private final Snapshots snapshots;
    private final PublishFlow publish;

    Instances(
            World world,
            ImageCatalog images,
            CreateInstanceFlow create,
            StartInstanceFlow start,
            StopInstanceFlow stop,
            DeleteInstanceFlow delete,
            RenameInstanceFlow rename,
            UpdateInstanceFlow update,
            CpuPlacement cpus,
            HealthChecks health,
            Restarts restarts,
            Dependencies dependencies) {
        this.world = world;
        this.health = health;
        this.restarts = restarts;
        this.dependencies = dependencies;
        this.create = create;
        this.start = start;
        this.stop = stop;
        this.delete = delete;
        this.rename = rename;
        this.update = update;
        this.exec = new ExecCommand(world);
        this.metadata = new InstanceMetadata(world);
        this.console = new ConsoleAttachment(world);
        this.cpus = cpus;
        this.copies = new CopyInstanceFlow(world);
        this.move = new MoveInstanceFlow(world);
        this.snapshots = new Snapshots(world, stop, start);
        this.publish = new PublishFlow(world, images);
    }

    /// The instance among these facts.
    public static Instance require(Facts facts, Instance.Ref ref) {
        return facts.instance(ref)
                .orElseThrow(() -> Problem.notFound("Instance not found").exception());
    }

    // ---- looking

    /// All of a project, by name.
    public List<InstanceView> list(ProjectName project) {
        var facts = world.store().facts();
        return views(facts, facts.instances(project));
    }

    /// All of all projects.
    public List<InstanceView> listAll() {
        var facts = world.store().facts();
        return views(facts, facts.instances());
    }

    private List<InstanceView> views(Facts facts, List<Instance> instances) {
        var views = new ArrayList<InstanceView>(instances.size());
        for (var i : instances) {
            views.add(view(facts, i));
        }
        return views;
    }

    private InstanceView view(Facts facts, Instance instance) {
        return new InstanceView(
                ExpandedInstance.of(instance, Profiles.of(facts, instance)),
                status(instance),
                facts.backups(instance.ref()));
    }

    /// One.
    public InstanceView view(Instance.Ref ref) {
        var facts = world.store().facts();
        return view(facts, require(facts, ref));
    }

    /// Where it stands now.
    public StatusCode status(Instance instance) {
        var run = world.runs().get(instance.id());
        if (run == null) {
            return StatusCode.STOPPED;
        }
        return running(instance, run);
    }

    private static StatusCode running(Instance instance, Run run) {
        if (run.container().frozen()) {
            return StatusCode.FROZEN;
        }
        return Guests.isReady(instance) ? StatusCode.READY : StatusCode.RUNNING;
    }

    /// What it uses now and where it can be reached.
    public InstanceView.State state(Instance instance) {
        var run = world.runs().get(instance.id());
        if (run == null) {
            return InstanceView.State.STOPPED;
        }
        var container = run.container();
        try {
            return new InstanceView.State(
                    running(instance, run),
                    container.initPid(),
                    container.usage(),
                    world.networks().guestInterfaces(container.initPid()),
                    health.find(instance.id()),
                    restarts.total(instance.id()));
        } catch (RuntimeException e) {
            if (!world.runs().containsKey(instance.id())) {
                return InstanceView.State.STOPPED; // ended while we looked
            }
            throw e;
        }
    }

    /// Waits until one is as wanted.
    public InstanceWaits waits() {
        return new InstanceWaits(world, health);
    }

    // ---- changing

    /// Makes one.
    public Operation create(CreateInstance asked) {
        if (asked.source() instanceof InstanceSource.FromInstance source) {
            return copy(asked, source);
        }
        var command = create.accept(asked);
        var name = command.name().orElseThrow().value();
        return world.operations()
                .task(command.project(), "Creating instance", resources(name, command.project()), op -> {
                    var made = create.run(command, op);
                    if (command.start()) {
                        start(made.ref());
                    }
                });
    }

    private Operation copy(CreateInstance asked, InstanceSource.FromInstance source) {
        var completed = copies.completed(asked, source);
        boolean refresh = copies.isRefresh(completed, source);
        var command = refresh ? completed : create.accept(completed);
        var name = command.name().orElseThrow();
        return world.operations()
                .task(
                        command.project(),
                        "Creating instance",
                        copyResources(new Instance.Ref(command.project(), name), source.instance()),
                        _ -> {
                            if (refresh) {
                                copies.refresh(command, source);
                                return;
                            }
                            var made = copies.run(command, source);
                            if (command.start()) {
                                start(made.ref());
                            }
                        });
    }

    private static Map<String, List<String>> copyResources(Instance.Ref made, Instance.Ref source) {
        return Map.of(
                "instances",
                        List.of(
                                Urls.of("instances", made.name().value(), made.project()),
                                Urls.of("instances", source.name().value(), source.project())),
                "containers",
                        List.of(
                                Urls.of("containers", made.name().value(), made.project()),
                                Urls.of("containers", source.name().value(), source.project())));
    }

    /// Makes an image of a stopped instance, or of a snapshot.
    public Operation publish(Instance.Ref ref, Optional<SnapshotName> snapshot, PublishRequest request) {
        return publish.submit(ref, snapshot, request);
    }

    /// Snapshots.
    public Snapshots snapshots() {
        return snapshots;
    }

    /// Moves the root of a stopped instance, with its snapshots, to another pool.
    public Operation move(Instance.Ref ref, PoolName pool) {
        move.accept(require(world.store().facts(), ref), pool);
        return world.operations()
                .task(
                        ref.project(),
                        "Migrating instance",
                        resources(ref.name().value(), ref.project()),
                        _ -> move.run(ref, pool));
    }

    /// Starts, stops, restarts, freezes or thaws.
    public Operation changeState(Instance.Ref ref, ChangeState change) {
        var instance = require(world.store().facts(), ref);
        if (change.action() == ChangeState.Action.START || change.action() == ChangeState.Action.RESTART) {
            world.containers().expectStart();
        }
        if (change.stateful()) {
            throw new Problem.BadRequest(
                            "Stateful start and stop aren't supported on this server",
                            "checkpoints of running containers are not offered",
                            "leave out --stateful")
                    .exception();
        }
        var resources =
                Map.of("instances", List.of(Urls.of("instances", ref.name().value(), ref.project())));
        return world.operations().task(ref.project(), change.action().description(), resources, _ -> {
            switch (change.action()) {
                case START -> start(ref);
                case STOP -> stop(instance, Run.Intent.STOP, change);
                case RESTART -> restart(instance, change);
                case FREEZE -> freeze(instance, true);
                case UNFREEZE -> freeze(instance, false);
            }
        });
    }

    private void start(Instance.Ref ref) throws Exception {
        var instance = require(world.store().facts(), ref);
        restarts.cancel(ref, instance.id());
        dependencies.bringUp(ref);
        try (var _ = world.locks().lock(instance.id())) {
            start.run(ref);
        }
        cpus.rebalance();
        tell(ref, "instance-started");
    }

    private void stop(Instance instance, Run.Intent intent, ChangeState change) throws Exception {
        if (restarts.cancel(instance.ref(), instance.id())
                && !world.runs().containsKey(instance.id())
                && intent == Run.Intent.STOP) {
            return; // it was about to be started again
        }
        stop.run(instance, intent, change.force(), change.timeout());
        cpus.rebalance();
        if (intent == Run.Intent.STOP) {
            tell(instance.ref(), change.force() ? "instance-stopped" : "instance-shutdown");
        }
    }

    private void restart(Instance instance, ChangeState change) throws Exception {
        stop(instance, Run.Intent.RESTART, change);
        try (var _ = world.locks().lock(instance.id())) {
            if (!world.runs().containsKey(instance.id())) {
                start.run(instance.ref());
            }
        }
        cpus.rebalance();
        tell(instance.ref(), "instance-restarted");
    }

    private void freeze(Instance instance, boolean frozen) throws InterruptedException {
        try (var _ = world.locks().lock(instance.id())) {
            var run = requireRun(instance);
            if (frozen) {
                run.container().freeze();
            } else {
                run.container().thaw();
            }
        }
        tell(instance.ref(), frozen ? "instance-paused" : "instance-resumed");
    }

    private void tell(Instance.Ref ref, String action) {
        world.events()
                .lifecycle(
                        ref.project(), action, Urls.of("instances", ref.name().value(), ref.project()));
    }

    private Run requireRun(Instance instance) {
        var run = world.runs().get(instance.id());
        if (run == null) {
            throw Problem.badRequest("Instance is not running").exception();
        }
        return run;
    }

    /// Writes the record anew (PUT), as an operation.
    public Operation update(Instance.Ref ref, Precondition<Instance> precondition, InstanceChange wanted) {
        var now = require(world.store().facts(), ref);
        precondition.check(now);
        VolatileKeys.requireIdmapKept(now.config(), wanted.config());
        return world.operations()
                .task(
                        ref.project(),
                        "Updating instance",
                        resources(ref.name().value(), ref.project()),
                        _ -> update.run(ref, precondition, _ -> wanted));
    }

    /// Changes some of the record (PATCH), at once.
    public void patch(Instance.Ref ref, Precondition<Instance> precondition, UnaryOperator<InstanceChange> change)
            throws Exception {
        update.run(ref, precondition, change);
    }

    /// Renames.
    public Operation rename(Instance.Ref ref, InstanceName to) {
        rename.accept(require(world.store().facts(), ref), to);
        return world.operations()
                .task(
                        ref.project(),
                        "Renaming instance",
                        resources(ref.name().value(), ref.project()),
                        _ -> rename.run(ref, to));
    }

    /// Deletes.
    public Operation delete(Instance.Ref ref) {
        delete.accept(require(world.store().facts(), ref));
        return world.operations()
                .task(
                        ref.project(),
                        "Deleting instance",
                        resources(ref.name().value(), ref.project()),
                        _ -> delete.run(ref));
    }

    /// Finishes or takes back what a daemon that was killed left undone. Call it when running containers
    /// are found and before anything changes.
    void recover() throws InterruptedException {
        rename.recover();
        move.recover();
        snapshots.recover();
    }

    // ---- inside

    /// Runs a command.
    public Operation exec(Instance.Ref ref, ExecRequest request) {
        var facts = world.store().facts();
        var instance = require(facts, ref);
        var run = requireRun(instance);
        if (run.container().frozen()) {
            throw Problem.badRequest("Instance is frozen").exception();
        }
        world.containers().expectStart();
        return exec.submit(InstancePlanner.expanded(facts, instance), run, request);
    }

    /// Attaches to the console.
    public Operation console(Instance.Ref ref, int width, int height, ExecRequest.ControlReader reader) {
        var instance = require(world.store().facts(), ref);
        return console.submit(instance, requireRun(instance), width, height, reader);
    }

    /// What the console showed last: of a running container its ring buffer, of a stopped one the file that
    /// it left.
    public byte[] consoleLog(Instance.Ref ref) throws InterruptedException {
        var instance = require(world.store().facts(), ref);
        var run = world.runs().get(instance.id());
        return run != null
                ? run.container().consoleLog()
                : LogFiles.read(world.logs(instance.hostName()), "console.log");
    }

    /// Empties the console's buffer.
    public void clearConsoleLog(Instance.Ref ref) throws InterruptedException {
        var instance = require(world.store().facts(), ref);
        var run = world.runs().get(instance.id());
        if (run != null) {
            run.container().clearConsoleLog();
        } else {
            LogFiles.delete(world.logs(instance.hostName()), "console.log");
        }
    }

    /// What instances keep of their images.
    public InstanceMetadata metadata() {
        return metadata;
    }

    /// Its files. Close what this answers.
    public GuestRoot openRoot(Instance.Ref ref) throws InterruptedException {
        return world.roots().open(ref);
    }

    /// Tells what was done with a file: `instance-file-pushed`, ...
    ///
    /// @param path below the instance's URL, beginning with a slash
    /// @param file the file's own; empty if it is the only one
    public void tellFile(Instance.Ref ref, String action, String path, String file) {
        if (world.events().hasListeners()) {
            String url = Urls.of("instances", ref.name().value(), ref.project());
            int query = url.indexOf('?');
            String source = query < 0 ? url + path : url.substring(0, query) + path + url.substring(query);
            world.events().lifecycle(ref.project(), action, source, file.isEmpty() ? Map.of() : Map.of("path", file));
        }
    }

    /// Where its logs lie.
    public Path logFolder(Instance.Ref ref) {
        return world.logs(require(world.store().facts(), ref).hostName());
    }

    static Map<String, List<String>> resources(String name, ProjectName project) {
        return Map.of(
                "instances", List.of(Urls.of("instances", name, project)),
                "containers", List.of(Urls.of("containers", name, project)));
    }
}
