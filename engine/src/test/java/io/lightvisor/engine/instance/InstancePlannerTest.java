package io.lightvisor.engine.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.engine.event.Events;
import io.lightvisor.engine.server.Projects;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.InstanceType;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.Profile;
import io.lightvisor.model.ProfileName;
import io.lightvisor.model.Project;
import io.lightvisor.model.StoragePool;
import io.lightvisor.store.Kind;
import io.lightvisor.store.MemoryStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InstancePlannerTest {
    private static final DeviceMap ROOT =
            new DeviceMap(Map.of("root", Map.of("type", "disk", "path", "/", "pool", "default")));

    private final MemoryStore store = new MemoryStore();
    private final InstancePlanner planner = new InstancePlanner(new HostIds(100_000, 65_536), new InstanceRules());
    private final Random random = new Random(1);

    @BeforeEach
    void facts() {
        new Projects(store, new Events()).ensureDefault();
        store.decide(draft -> {
            draft.put(Kind.STORAGE_POOL, new StoragePool(new PoolName("default"), "dir", "", Map.of()));
            draft.put(Kind.PROFILE, new Profile(Project.DEFAULT, Profile.DEFAULT, "", Map.of(), ROOT));
            return true;
        });
    }

    private static CreateInstance command(
            String name, Map<String, String> config, DeviceMap devices, String... profiles) {
        return new CreateInstance(
                Project.DEFAULT,
                name.isEmpty() ? Optional.empty() : Optional.of(new InstanceName(name)),
                InstanceType.CONTAINER,
                Optional.empty(),
                config,
                devices,
                profiles.length == 0
                        ? Optional.empty()
                        : Optional.of(
                                List.of(profiles).stream().map(ProfileName::new).toList()),
                false,
                "",
                new InstanceSource.Empty(),
                false);
    }

    private Instance create(CreateInstance command) {
        return store.decide(draft -> planner.create(draft, command, Optional.empty(), random));
    }

    @Test
    void create_plain_recordsVolatileKeys() {
        var made = create(command("c1", Map.of("user.x", "1"), DeviceMap.NONE));
        assertEquals(1, made.id());
        assertEquals("1", made.config().get("user.x"));
        assertEquals("create", made.config().get("volatile.apply_template"));
        assertEquals(
                "[{\"Isuid\":true,\"Isgid\":false,\"Hostid\":100000,\"Nsid\":0,\"Maprange\":65536},"
                        + "{\"Isuid\":false,\"Isgid\":true,\"Hostid\":100000,\"Nsid\":0,\"Maprange\":65536}]",
                made.config().get("volatile.idmap.next"));
        assertEquals(List.of(Profile.DEFAULT), made.profiles());
    }

    @Test
    void create_privileged_hasNoMap() {
        var made = create(command("c1", Map.of("security.privileged", "true"), DeviceMap.NONE));
        assertEquals("[]", made.config().get("volatile.idmap.next"));
    }

    @Test
    void create_nicWithoutAddress_getsOneOfOurRange() {
        var nic = new DeviceMap(Map.of("eth0", Map.of("type", "nic", "nictype", "p2p")));
        var made = create(command("c1", Map.of(), nic));
        assertTrue(made.config().get("volatile.eth0.hwaddr").startsWith("00:16:3e:"));
    }

    @Test
    void create_withoutName_getsAFreeOne() {
        for (int i = 0; i < 30; i++) {
            create(command("", Map.of(), DeviceMap.NONE));
        }
        assertEquals(30, store.facts().instances().size());
    }

    @Test
    void create_deletedBefore_takesANewId() {
        var first = create(command("c1", Map.of(), DeviceMap.NONE));
        store.decide(draft -> draft.remove(Kind.INSTANCE, first.ref()));
        assertEquals(2, create(command("c1", Map.of(), DeviceMap.NONE)).id());
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, textBlock = """
            NAME, PROFILE, KEY,            VALUE, STATUS
            c1,   missing, user.x,         1,     404
            c1,   default, no.such.key,    1,     400
            c1,   default, limits.cpu,     -,     400
            taken,default, user.x,         1,     409
            """)
    void create_refused_recordsNothing(String name, String profile, String key, String value, int status) {
        create(command("taken", Map.of(), DeviceMap.NONE));
        var refused = assertThrows(
                ProblemException.class, () -> create(command(name, Map.of(key, value), DeviceMap.NONE, profile)));
        assertEquals(status, refused.problem().statusCode(), refused.getMessage());
        assertEquals(1, store.facts().instances().size());
    }

    @Test
    void create_noRootDisk_isRefused() {
        store.decide(draft -> {
            draft.put(
                    Kind.PROFILE, new Profile(Project.DEFAULT, new ProfileName("bare"), "", Map.of(), DeviceMap.NONE));
            return true;
        });
        var refused =
                assertThrows(ProblemException.class, () -> create(command("c1", Map.of(), DeviceMap.NONE, "bare")));
        assertTrue(refused.getMessage().contains("No root device could be found"), refused.getMessage());
    }

    @Test
    void change_dropsItsUuid_isRefused() {
        var made = create(command("c1", Map.of(), DeviceMap.NONE));
        var without = new TreeMap<>(made.config());
        without.remove(Volatile.UUID);
        var change = new InstanceChange(made.architecture(), without, made.devices(), made.profiles(), false, "");
        assertThrows(ProblemException.class, () -> store.decide(draft -> planner.change(draft, made, change)));
        assertFalse(store.facts().instance(made.ref()).orElseThrow().config().isEmpty());
    }

    @Test
    void change_otherPoolForTheRoot_isRefused() {
        store.decide(draft -> {
            draft.put(Kind.STORAGE_POOL, new StoragePool(new PoolName("other"), "dir", "", Map.of()));
            return true;
        });
        var made = create(command("c1", Map.of(), DeviceMap.NONE));
        var moved = new DeviceMap(Map.of("root", Map.of("type", "disk", "path", "/", "pool", "other")));
        var change = new InstanceChange(made.architecture(), made.config(), moved, made.profiles(), false, "");
        var refused =
                assertThrows(ProblemException.class, () -> store.decide(draft -> planner.change(draft, made, change)));
        assertTrue(refused.getMessage().contains("storage pool"), refused.getMessage());
    }
}
