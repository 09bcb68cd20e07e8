package io.lightvisor.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lightvisor.linux.CpuList;
import io.lightvisor.model.Architecture;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.InstanceType;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.Project;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The figures are those that LXD 5.0.2 writes to the cgroups of a container with these keys.
final class LimitsTest {
    private static final Limits.HostFacts HOST =
            new Limits.HostFacts(10_000_000_000L, CpuList.parse("0-3").orElseThrow());

    @Test
    void of_nothingSet_isNone() {
        assertEquals(Limits.NONE, limits());
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, nullValues = "-", textBlock = """
            ALLOWANCE,   PRIORITY, SHARES, QUOTA, PERIOD
            -,           -,        1024,   -,     -
            100%,        -,        1024,   -,     -
            50%,         -,        512,    -,     -
            10%,         -,        102,    -,     -
            50%,         5,        507,    -,     -
            -,           0,        1014,   -,     -
            -,           3,        1017,   -,     -
            -,           10,       1024,   -,     -
            25ms/100ms,  -,        1024,   25000, 100000
            25ms/100ms,  3,        1017,   25000, 100000
            200ms/100ms, -,        1024,   200000, 100000
            1%,          0,        2,      -,     -
            """)
    void of_cpu(String allowance, String priority, int shares, Long quota, Long period) {
        var limits = limits("limits.cpu.allowance", allowance, "limits.cpu.priority", priority);
        assertEquals(shares, limits.cpuShares());
        assertEquals(
                quota == null ? Optional.empty() : Optional.of(new Limits.CpuQuota(quota, period)), limits.cpuQuota());
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, nullValues = "-", textBlock = """
            MEMORY,  ENFORCE, HARD,       SOFT
            100MiB,  -,       104857600,  94371840
            100MiB,  hard,    104857600,  94371840
            100MiB,  soft,    -,          104857600
            10%,     -,       1000000000, 900000000
            -,       hard,    -,          -
            """)
    void of_memory(String memory, String enforce, Long hard, Long soft) {
        var limits = limits("limits.memory", memory, "limits.memory.enforce", enforce);
        assertEquals(hard == null ? OptionalLong.empty() : OptionalLong.of(hard), limits.memory());
        assertEquals(
                soft == null ? OptionalLong.empty() : OptionalLong.of(soft / 10 * 10),
                limits.memorySoft().isPresent()
                        ? OptionalLong.of(limits.memorySoft().getAsLong() / 10 * 10)
                        : OptionalLong.empty());
    }

    @Test
    void of_swap() {
        assertEquals(OptionalInt.of(0), limits("limits.memory.swap", "false").swappiness());
        assertEquals(false, limits("limits.memory.swap", "false").swap());
        assertEquals(
                OptionalInt.of(67), limits("limits.memory.swap.priority", "3").swappiness());
        assertEquals(OptionalInt.empty(), limits("limits.memory.swap", "true").swappiness());
    }

    @Test
    void of_others() {
        assertEquals(OptionalLong.of(50), limits("limits.processes", "50").processes());
        assertEquals(OptionalInt.of(300), limits("limits.disk.priority", "3").diskWeight());
        assertEquals(OptionalInt.of(10), limits("limits.disk.priority", "0").diskWeight());
        assertEquals(OptionalInt.of(7), limits("limits.network.priority", "7").networkPriority());
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, delimiter = ';', nullValues = "-", textBlock = """
            CPU;  CPUS
            0-1;  0-1
            1-1;  1
            2,3;  2-3
            3-9;  3
            2;    -
            """)
    void of_cpuSet(String cpu, String cpus) {
        assertEquals(Optional.ofNullable(cpus), limits("limits.cpu", cpu).cpus().map(CpuList::toString));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limits.cpu=0",
                "limits.cpu=-1",
                "limits.cpu=x",
                "limits.cpu=8-9",
                "limits.cpu.allowance=50",
                "limits.cpu.allowance=0%",
                "limits.cpu.allowance=25/100",
                "limits.cpu.allowance=0ms/100ms",
                "limits.cpu.priority=11",
                "limits.memory=lots",
                "limits.processes=many",
                "limits.disk.priority=-1"
            })
    void of_badValue(String setting) {
        int equals = setting.indexOf('=');
        assertThrows(ProblemException.class, () -> limits(setting.substring(0, equals), setting.substring(equals + 1)));
    }

    @Test
    void balance_spreadsCounts() {
        var host = CpuList.parse("0-3").orElseThrow();
        var requests = new LinkedHashMap<Long, Limits.CpuRequest>();
        requests.put(4L, new Limits.CpuRequest.Count(2));
        requests.put(1L, new Limits.CpuRequest.Pinned(CpuList.parse("0").orElseThrow()));
        requests.put(2L, new Limits.CpuRequest.Count(2));
        requests.put(3L, new Limits.CpuRequest.All());
        requests.put(5L, new Limits.CpuRequest.Count(9));
        var decided = CpuBalancer.balance(host, requests);
        assertEquals("0", decided.get(1L).toString());
        assertEquals("1-2", decided.get(2L).toString());
        assertEquals("0-3", decided.get(3L).toString());
        assertEquals("0,3", decided.get(4L).toString());
        assertEquals("0-3", decided.get(5L).toString());
    }

    @Test
    void balance_pinnedToWhatIsGone_runsAnywhere() {
        var host = CpuList.parse("0-1").orElseThrow();
        var requests = Map.<Long, Limits.CpuRequest>of(
                1L, new Limits.CpuRequest.Pinned(CpuList.parse("7").orElseThrow()));
        assertEquals(host, CpuBalancer.balance(host, requests).get(1L));
    }

    private static Limits limits(String... keysAndValues) {
        var config = new LinkedHashMap<String, String>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            if (keysAndValues[i + 1] != null) {
                config.put(keysAndValues[i], keysAndValues[i + 1]);
            }
        }
        var instance = new Instance(
                1,
                Project.DEFAULT,
                new InstanceName("c1"),
                InstanceType.CONTAINER,
                Architecture.X86_64,
                config,
                DeviceMap.NONE,
                List.of(),
                false,
                false,
                "",
                Instant.EPOCH,
                Instant.EPOCH);
        return Limits.of(ExpandedInstance.of(instance, List.of()), HOST);
    }
}
