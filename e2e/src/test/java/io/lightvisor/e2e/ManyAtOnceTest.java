package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Many clients at once: every one gets what it asked for, and no two get the same.
@OnLightvisor
final class ManyAtOnceTest {
    private final LightvisorHost host;

    ManyAtOnceTest(LightvisorHost host) {
        this.host = host;
    }

    @Test
    void launch_twentyEightAtATime() throws Exception {
        atOnce(8, 20, i -> host.tool().run("launch", LightvisorHost.BUSYBOX, "m" + i));
        var addresses = new HashSet<String>();
        var pids = new HashSet<Long>();
        for (int i = 0; i < 20; i++) {
            addresses.add(host.awaitAddress("m" + i));
            pids.add(
                    host.api().get("/1.0/instances/m" + i + "/state").metadata().number("pid"));
        }
        assertEquals(20, addresses.size());
        assertEquals(20, pids.size());
        atOnce(8, 20, i -> host.tool().run("stop", "--force", "m" + i));
        assertEquals(
                20,
                host.tool().call("list", "--format", "csv", "--columns", "s").ok().lines().stream()
                        .filter("STOPPED"::equals)
                        .count());
        atOnce(8, 20, i -> host.tool().run("delete", "m" + i));
    }

    @Test
    void exec_fiftyAtOnce() throws Exception {
        host.launch("c1");
        atOnce(50, 50, i -> {
            var result = host.tool().call("exec", "c1", "-n", "--", "sh", "-c", "echo " + i + "; exit " + i);
            return assertSame(i, result);
        });
    }

    @Test
    void createAndDelete_sameName() throws Exception {
        // One of them gets the name each time; the others are told that it is taken.
        var won = atOnce(
                6,
                6,
                _ -> host.tool().call("init", LightvisorHost.BUSYBOX, "c1").exit());
        assertEquals(1, won.stream().filter(code -> code == 0).count());
        var deleted = atOnce(6, 6, _ -> host.tool().call("delete", "c1").exit());
        assertEquals(1, deleted.stream().filter(code -> code == 0).count());
    }

    private static String assertSame(int number, Program.Result result) {
        assertEquals(number + "\n", result.exits(number).out());
        return result.out();
    }

    private interface Numbered<T> {
        T call(int number) throws Exception;
    }

    /// Calls with the numbers below `count`, `width` at a time, and returns all results or throws what one threw.
    private static <T> List<T> atOnce(int width, int count, Numbered<T> call) throws Exception {
        try (var threads = Executors.newFixedThreadPool(width)) {
            var calls = IntStream.range(0, count)
                    .mapToObj(i -> (Callable<T>) () -> call.call(i))
                    .toList();
            var results = new ArrayList<T>();
            for (var result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        }
    }
}
