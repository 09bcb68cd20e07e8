package io.lightvisor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A daemon killed in the middle of its commits.
final class CrashTest {
    @TempDir
    Path dir;

    @Test
    void kill_losesNothingThatWasAnswered() throws Exception {
        var answered = new HashSet<Long>();
        for (int round = 0; round < 3; round++) {
            var process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Committer.class.getName(),
                            dir.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
                int seen = 0;
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    answered.add(Long.parseLong(line));
                    if (++seen == 300 + round * 77) {
                        process.toHandle()
                                .destroyForcibly(); // SIGKILL; unlike the process itself it leaves the pipe open
                    }
                }
                assertTrue(seen >= 300, "the child ended early");
            } finally {
                process.destroyForcibly().waitFor();
            }
            try (var store = SqliteStore.open(dir)) {
                assertInstanceOf(StoreReport.Good.class, store.report());
                for (long id : answered) {
                    assertTrue(store.facts().instance(Samples.ref("c" + id)).isPresent(), "lost " + id);
                }
                // Commits that were under way may be there, but only whole.
                assertEquals(
                        store.facts().instances().size(),
                        store.facts()
                                .find(Kind.COUNTER, Counter.INSTANCE_ID)
                                .orElseThrow()
                                .last());
            }
        }
    }

    /// The child: four threads that commit, and print each id once its commit was answered.
    static final class Committer {
        public static void main(String[] args) throws Exception {
            var store = SqliteStore.open(Path.of(args[0]));
            var threads = new Thread[4];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = Thread.ofVirtual().start(() -> {
                    while (true) {
                        long id = store.decide(draft -> {
                            long next = draft.nextInstanceId();
                            draft.put(Kind.INSTANCE, Samples.instance("c" + next, next));
                            return next;
                        });
                        synchronized (System.out) {
                            System.out.println(id);
                            System.out.flush();
                        }
                    }
                });
            }
            for (var thread : threads) {
                thread.join();
            }
        }
    }
}
