package io.lightvisor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.model.Image;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.Profile;
import io.lightvisor.model.ProfileName;
import io.lightvisor.model.Project;
import io.lightvisor.model.ProjectName;
import io.lightvisor.model.ServerConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store promises.
abstract class StoreContract {
    Store store;

    abstract Store open() throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void facts_ofNewStore() {
        assertEquals(0, store.facts().revision());
        assertTrue(store.facts().instances().isEmpty());
        assertEquals(new ServerConfig(Map.of()), store.facts().serverConfig());
    }

    @Test
    void decide_oneOfEachKind() {
        store.change(Samples::putOneOfEach);
        var facts = store.facts();
        assertEquals(1, facts.revision());
        assertEquals(Optional.of(Samples.instance("c1", 1)), facts.instance(Samples.ref("c1")));
        assertEquals(List.of(Samples.instance("c1", 1)), facts.instances(Project.DEFAULT));
        assertEquals(List.of(), facts.instances(new ProjectName("other")));
        assertTrue(
                facts.profile(new Profile.Ref(Project.DEFAULT, Profile.DEFAULT)).isPresent());
        assertTrue(facts.project(Project.DEFAULT).isPresent());
        assertTrue(
                facts.image(new Image.Ref(Project.DEFAULT, Samples.FINGERPRINT)).isPresent());
        assertTrue(facts.imageAlias(new Image.Alias.Ref(Project.DEFAULT, "debian/12"))
                .isPresent());
        assertEquals(1, facts.networks(Project.DEFAULT).size());
        assertEquals(1, facts.storagePools().size());
        assertEquals(1, facts.storageVolumes(new PoolName("p")).size());
        assertTrue(facts.certificate(Samples.FINGERPRINT).isPresent());
        assertEquals(":8443", facts.serverConfig().get("core.https_address", ""));
        assertEquals(1, facts.warnings().size());
    }

    @Test
    void decide_seesItsOwnChanges() {
        long id = store.decide(draft -> {
            draft.put(Kind.INSTANCE, Samples.instance("c1", draft.nextInstanceId()));
            assertEquals(1, draft.instances().size());
            assertTrue(draft.remove(Kind.INSTANCE, Samples.ref("c1")));
            assertFalse(draft.remove(Kind.INSTANCE, Samples.ref("c1")));
            assertTrue(draft.instances().isEmpty());
            return draft.nextInstanceId();
        });
        assertEquals(2, id);
        assertTrue(store.facts().instances().isEmpty());
    }

    @Test
    void decide_plannerThrows() {
        var thrown = Problem.conflict("no").exception();
        var caught = assertThrows(
                ProblemException.class,
                () -> store.decide(draft -> {
                    draft.put(Kind.INSTANCE, Samples.instance("c1", draft.nextInstanceId()));
                    throw thrown;
                }));
        assertSame(thrown, caught);
        assertEquals(0, store.facts().revision());
        assertEquals(1L, store.decide(Draft::nextInstanceId));
    }

    @Test
    void decide_withoutChanges() {
        assertTrue(store.decide(Draft::instances).isEmpty());
        assertEquals(0, store.facts().revision());
    }

    @Test
    void decide_insidePlanner() {
        assertThrows(
                IllegalStateException.class,
                () -> store.decide(_ -> store.decide(draft -> draft.instances().size())));
        assertTrue(store.decide(Draft::instances).isEmpty());
    }

    @Test
    void facts_takenBeforeStayAsTheyWere() {
        put("c1");
        var before = store.facts();
        put("c2");
        store.decide(draft -> draft.remove(Kind.INSTANCE, Samples.ref("c1")));
        assertEquals(1, before.instances().size());
        assertTrue(before.instance(Samples.ref("c1")).isPresent());
        assertThrows(
                UnsupportedOperationException.class, () -> before.instances().clear());
    }

    @Test
    void facts_inOrderOfNames() {
        put("b", "c", "a");
        var names = new ArrayList<String>();
        for (var i : store.facts().instances(Project.DEFAULT)) {
            names.add(i.name().value());
        }
        assertEquals(List.of("a", "b", "c"), names);
    }

    @Test
    void below_projectWhoseNameBeginsAnother() {
        store.change(draft -> {
            for (String project : List.of("a", "a-b", "ab")) {
                draft.put(
                        Kind.PROFILE,
                        new Profile(
                                new ProjectName(project),
                                new ProfileName("p"),
                                "",
                                Map.of(),
                                io.lightvisor.model.DeviceMap.NONE));
            }
        });
        assertEquals(1, store.facts().profiles(new ProjectName("a")).size());
        assertEquals(
                "a",
                store.facts()
                        .profiles(new ProjectName("a"))
                        .getFirst()
                        .project()
                        .value());
    }

    @Test
    void find_refOfAnotherKind() {
        assertThrows(IllegalArgumentException.class, () -> store.facts().find(Kind.INSTANCE, new InstanceName("c1")));
    }

    @Test
    void nextInstanceId_afterRemoval() {
        put("c1");
        store.decide(draft -> draft.remove(Kind.INSTANCE, Samples.ref("c1")));
        assertEquals(2L, store.decide(Draft::nextInstanceId));
    }

    @Test
    void decide_eightThreads() throws Exception {
        int each = 200;
        var ids = new HashSet<Long>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new ArrayList<Future<List<Long>>>();
            for (int t = 0; t < 8; t++) {
                int thread = t;
                tasks.add(threads.submit((Callable<List<Long>>) () -> {
                    var mine = new ArrayList<Long>();
                    for (int i = 0; i < each; i++) {
                        String name = "c" + thread + "-" + i;
                        mine.add(store.decide(draft -> {
                            long id = draft.nextInstanceId();
                            draft.put(Kind.INSTANCE, Samples.instance(name, id));
                            return id;
                        }));
                        assertTrue(store.facts().instance(Samples.ref(name)).isPresent());
                        if (i % 2 == 0) {
                            store.decide(draft -> draft.remove(Kind.INSTANCE, Samples.ref(name)));
                            assertFalse(
                                    store.facts().instance(Samples.ref(name)).isPresent());
                        }
                    }
                    return mine;
                }));
            }
            for (var task : tasks) {
                ids.addAll(task.get());
            }
        }
        assertEquals(8 * each, ids.size());
        assertEquals(4 * each, store.facts().instances().size());
        assertEquals(12 * each, store.facts().revision());
    }

    @Test
    void decide_afterClose() {
        put("c1");
        store.close();
        var caught = assertThrows(ProblemException.class, () -> put("c2"));
        assertEquals(503, caught.problem().statusCode());
        assertEquals(1, store.facts().instances().size());
    }

    void put(String... names) {
        store.change(draft -> {
            for (String name : names) {
                draft.put(Kind.INSTANCE, Samples.instance(name, draft.nextInstanceId()));
            }
        });
    }
}
