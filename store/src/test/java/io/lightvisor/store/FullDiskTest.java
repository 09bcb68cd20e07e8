package io.lightvisor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lightvisor.model.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real small file system that fills up. Needs the right to mount.
final class FullDiskTest {
    @TempDir
    Path dir;

    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        mounted = run("mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", dir.toString()) == 0;
        assumeTrue(mounted, "may not mount a tmpfs here");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertEquals(0, run("umount", dir.toString()));
        }
    }

    @Test
    void decide_diskFullThenNotAnyMore() throws Exception {
        var store = SqliteStore.open(dir);
        try (store) {
            put(store, "c1");
            Path filler = fill();
            int committed = 1;
            ProblemException full = null;
            while (full == null) {
                try {
                    put(store, "d" + committed);
                    committed++;
                    assertTrue(committed < 2000, "the disk does not fill up");
                } catch (ProblemException e) {
                    full = e;
                }
            }
            assertTrue(
                    full.getMessage().startsWith("change not recorded: the file system of " + dir), full.getMessage());
            assertEquals(500, full.problem().statusCode());
            assertEquals(committed, store.facts().instances().size());
            assertFalse(store.facts().instance(Samples.ref("d" + committed)).isPresent());
            assertEquals(
                    committed,
                    store.decide(d -> d.instances().size()).intValue(),
                    "planners see the durable state again");
            assertThrows(ProblemException.class, () -> put(store, "more"));

            Files.delete(filler);
            put(store, "after");
            assertTrue(store.facts().instance(Samples.ref("after")).isPresent());
        }
        try (var again = SqliteStore.open(dir)) {
            assertInstanceOf(StoreReport.Good.class, again.report());
            assertEquals(Samples.dump(store.facts()), Samples.dump(again.facts()));
        }
    }

    @Test
    void decide_manyThreadsOnAFullDisk() throws Exception {
        var store = SqliteStore.open(dir);
        try (store;
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            put(store, "c1");
            Path filler = fill();
            var results = new ArrayList<Future<Integer>>();
            for (int t = 0; t < 8; t++) {
                int thread = t;
                results.add(threads.submit((Callable<Integer>) () -> {
                    int done = 0;
                    for (int i = 0; i < 200; i++) {
                        try {
                            put(store, "t" + thread + "-" + i);
                            done++;
                        } catch (ProblemException _) {
                            // full
                        }
                    }
                    return done;
                }));
            }
            int done = 1;
            for (var result : results) {
                done += result.get();
            }
            assertTrue(done < 1601, "the disk did not fill up");
            assertEquals(done, store.facts().instances().size(), "what was answered, and nothing else");
            Files.delete(filler);
            put(store, "after");
        }
        try (var again = SqliteStore.open(dir)) {
            assertEquals(Samples.dump(store.facts()), Samples.dump(again.facts()));
        }
    }

    /// Takes all space but some 100 KiB.
    private Path fill() throws IOException {
        Path filler = dir.resolve("filler");
        var file = dir.toFile();
        long size = Math.max(0, file.getUsableSpace() - 100 * 1024);
        Files.write(filler, new byte[(int) size]);
        return filler;
    }

    private static void put(Store store, String name) {
        store.change(draft -> draft.put(Kind.INSTANCE, Samples.instance(name, draft.nextInstanceId())));
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
