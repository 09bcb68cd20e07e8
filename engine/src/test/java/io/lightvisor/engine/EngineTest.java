package io.lightvisor.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lightvisor.engine.image.ImageQuery;
import io.lightvisor.engine.instance.ChangeState;
import io.lightvisor.engine.instance.CreateInstance;
import io.lightvisor.engine.instance.ExecRequest;
import io.lightvisor.engine.instance.InstanceChange;
import io.lightvisor.engine.instance.InstanceSource;
import io.lightvisor.engine.operation.Operation;
import io.lightvisor.engine.operation.Precondition;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.InstanceType;
import io.lightvisor.model.NetworkName;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.Profile;
import io.lightvisor.model.Project;
import io.lightvisor.model.StatusCode;
import io.lightvisor.store.MemoryStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole engine on the real kernel: needs root, busybox-static, dnsmasq, nft and the built launcher.
final class EngineTest {
    private static final Path LAUNCHER = Path.of("../container/target/native/lightvisor-monitor");
    private static final String BRIDGE = "lvenginebr0";

    @TempDir
    Path dir;

    private final MemoryStore store = new MemoryStore();
    private Engine engine;

    @BeforeEach
    void start() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        assumeTrue(Files.isExecutable(Path.of("/bin/busybox")), "needs busybox-static");
        assumeTrue(Files.isExecutable(LAUNCHER), "needs the built launcher");
        Files.createDirectory(dir.resolve("devlxd")); // the daemon makes it, for the socket that guests ask
        engine = new Engine(new Engine.Places(dir, LAUNCHER.toAbsolutePath()), store);
        engine.start();
        engine.pools().create(new PoolName("default"), "dir", "", Map.of());
        engine.networks()
                .create(
                        Project.DEFAULT,
                        new NetworkName(BRIDGE),
                        "bridge",
                        "",
                        Map.of("ipv4.address", "10.79.201.1/24", "ipv6.address", "none"));
        engine.profiles()
                .update(
                        Project.DEFAULT,
                        Profile.DEFAULT,
                        Precondition.none(),
                        "",
                        Map.of(),
                        new DeviceMap(Map.of(
                                "root", Map.of("type", "disk", "path", "/", "pool", "default"),
                                "eth0", Map.of("type", "nic", "name", "eth0", "network", BRIDGE))));
    }

    @AfterEach
    void stop() throws Exception {
        if (engine == null) {
            return;
        }
        engine.shutdownInstances(true);
        for (var view : engine.instances().listAll()) {
            done(engine.instances().delete(view.expanded().instance().ref()));
        }
        for (var image : engine.images().list(Project.DEFAULT)) {
            done(engine.images().delete(Project.DEFAULT, image.fingerprint().value()));
        }
        engine.profiles().update(Project.DEFAULT, Profile.DEFAULT, Precondition.none(), "", Map.of(), DeviceMap.NONE);
        engine.networks().delete(Project.DEFAULT, new NetworkName(BRIDGE));
        engine.pools().delete(new PoolName("default"));
        engine.close();
        assertFalse(Files.exists(Path.of("/sys/class/net", BRIDGE)), "the bridge is gone");
    }

    private static Operation done(Operation operation) throws InterruptedException {
        assertTrue(operation.await(Duration.ofSeconds(60)), "operation ends");
        assertEquals("", operation.view().error());
        assertEquals(StatusCode.SUCCESS, operation.view().status());
        return operation;
    }

    private Instance.Ref launch(String name) throws InterruptedException {
        var ref = new Instance.Ref(Project.DEFAULT, new InstanceName(name));
        done(engine.instances()
                .create(new CreateInstance(
                        Project.DEFAULT,
                        Optional.of(ref.name()),
                        InstanceType.CONTAINER,
                        Optional.empty(),
                        Map.of(),
                        DeviceMap.NONE,
                        Optional.empty(),
                        false,
                        "",
                        new InstanceSource.FromImage(new ImageQuery.Remote("bootstrap", "busybox", "", "", "")),
                        true)));
        return ref;
    }

    private Operation change(Instance.Ref ref, ChangeState.Action action, boolean force) throws InterruptedException {
        return engine.instances()
                .changeState(ref, new ChangeState(action, Optional.of(Duration.ofSeconds(20)), force, false));
    }

    private StatusCode status(Instance.Ref ref) {
        return engine.instances().view(ref).status();
    }

    private int exec(Instance.Ref ref, String... command) throws InterruptedException {
        var op = engine.instances()
                .exec(
                        ref,
                        new ExecRequest(
                                List.of(command), false, false, Map.of(), 0, 0, true, 0, 0, "", _ -> Optional.empty()));
        assertTrue(op.await(Duration.ofSeconds(30)));
        return (Integer) op.view().metadata().getOrDefault("return", -1);
    }

    @Test
    void life_ofABusyboxContainer() throws Exception {
        var c1 = launch("c1");
        assertEquals(StatusCode.RUNNING, status(c1));
        assertEquals(0, exec(c1, "sh", "-c", "test $(hostname) = c1"));
        assertEquals(7, exec(c1, "sh", "-c", "exit 7"));
        assertEquals(127, exec(c1, "no-such-command"));

        assertEquals("The instance is already running", error(change(c1, ChangeState.Action.START, false)));
        assertThrows(ProblemException.class, () -> engine.instances().delete(c1));

        done(change(c1, ChangeState.Action.FREEZE, false));
        assertEquals(StatusCode.FROZEN, status(c1));
        done(change(c1, ChangeState.Action.UNFREEZE, false));
        assertEquals(StatusCode.RUNNING, status(c1));

        int before = engine.instances().state(instance(c1)).pid();
        done(change(c1, ChangeState.Action.RESTART, true));
        assertEquals(StatusCode.RUNNING, status(c1));
        assertFalse(before == engine.instances().state(instance(c1)).pid());

        done(change(c1, ChangeState.Action.STOP, false));
        assertEquals(StatusCode.STOPPED, status(c1));
        assertEquals("STOPPED", instance(c1).config().get("volatile.last_state.power"));
        assertEquals("The instance is already stopped", error(change(c1, ChangeState.Action.STOP, true)));

        done(engine.instances().rename(c1, new InstanceName("c2")));
        var c2 = new Instance.Ref(Project.DEFAULT, new InstanceName("c2"));
        done(change(c2, ChangeState.Action.START, false));
        assertEquals(0, exec(c2, "sh", "-c", "test $(hostname) = c2"));
        done(change(c2, ChangeState.Action.STOP, true));
        done(engine.instances().delete(c2));
        assertEquals(List.of(), engine.instances().listAll());
    }

    @Test
    void start_thatFails_leavesTheRecordStopped() throws Exception {
        var c1 = launch("c1");
        done(change(c1, ChangeState.Action.STOP, true));
        engine.instances().patch(c1, Precondition.none(), now -> {
            var config = new TreeMap<>(now.config());
            config.put("linux.sysctl.no.such.knob", "1");
            return new InstanceChange(
                    now.architecture(), config, now.devices(), now.profiles(), now.ephemeral(), now.description());
        });
        assertFalse(error(change(c1, ChangeState.Action.START, false)).isEmpty());
        assertEquals(StatusCode.STOPPED, status(c1));
        assertEquals("STOPPED", instance(c1).config().get("volatile.last_state.power"));
        assertFalse(instance(c1).config().containsKey("volatile.eth0.host_name"));
    }

    @Test
    void update_liveLimits_reachTheKernel() throws Exception {
        var c1 = launch("c1");
        engine.instances().patch(c1, Precondition.none(), now -> {
            var config = new TreeMap<>(now.config());
            config.put("limits.memory", "64MiB");
            return new InstanceChange(
                    now.architecture(), config, now.devices(), now.profiles(), now.ephemeral(), now.description());
        });
        assertEquals("64MiB", instance(c1).config().get("limits.memory"));
        var bad = assertThrows(
                ProblemException.class,
                () -> engine.instances().patch(c1, Precondition.none(), now -> {
                    var config = new TreeMap<>(now.config());
                    config.put("limits.unheard", "1");
                    return new InstanceChange(
                            now.architecture(),
                            config,
                            now.devices(),
                            now.profiles(),
                            now.ephemeral(),
                            now.description());
                }));
        assertTrue(bad.getMessage().contains("limits.unheard"), bad.getMessage());
    }

    private Instance instance(Instance.Ref ref) {
        return engine.instances().view(ref).expanded().instance();
    }

    private static String error(Operation operation) throws InterruptedException {
        assertTrue(operation.await(Duration.ofSeconds(30)));
        return operation.view().error();
    }
}
