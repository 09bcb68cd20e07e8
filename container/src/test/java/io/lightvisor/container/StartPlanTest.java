package io.lightvisor.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.container.plan.Plan;
import io.lightvisor.container.plan.PlanText;
import io.lightvisor.model.Idmap;
import io.lightvisor.model.ProblemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a container will be made of, without making one.
final class StartPlanTest {
    private static final CgroupView HYBRID = new CgroupView(
            false,
            List.of(
                    new CgroupView.Hierarchy("cpu,cpuacct", 1, "cpu,cpuacct"),
                    new CgroupView.Hierarchy("systemd", 1, "none,name=systemd"),
                    new CgroupView.Hierarchy("unified", 2, "")));
    private static final CgroupView UNIFIED = new CgroupView(true, List.of());

    @Test
    void write_unprivileged_mapsIdsAndKeepsAllCapabilities() {
        var plan = plan(spec(Idmap.of(100_000, 65_536), Map.of()), HYBRID, -1);
        assertEquals(
                List.of(
                        "ATTACH /sys/fs/cgroup/cpu/x/cgroup.procs",
                        "PROC_WRITE uid_map 0 100000 65536\n",
                        "PROC_WRITE gid_map 0 100000 65536\n",
                        "PROC_WRITE oom_score_adj 0",
                        "PRLIMIT 7 100 -1"),
                PlanText.parent(plan));
        var steps = PlanText.child(plan);
        assertTrue(steps.contains("CAPS 0"));
        assertTrue(steps.contains("BIND 16 dev/null /dev/null"));
        assertTrue(steps.stream().noneMatch(step -> step.startsWith("MKNOD")));
        assertTrue(steps.stream().noneMatch(step -> step.startsWith("READONLY")));
    }

    @Test
    void write_privileged_makesNodesMasksKnobsAndDropsCapabilities() {
        var plan = plan(spec(Idmap.HOST, Map.of()), HYBRID, -1);
        assertTrue(PlanText.parent(plan).stream().noneMatch(step -> step.contains("map")));
        var steps = PlanText.child(plan);
        assertTrue(steps.contains("MKNOD 8630 259 /dev/null"), steps.toString());
        assertTrue(steps.contains("READONLY /sys"));
        assertTrue(steps.contains("CAPS " + (1L << 16 | 1L << 17 | 1L << 25 | 1L << 32 | 1L << 33)));
    }

    @Test
    void write_orderIsTheKernels() {
        var steps = PlanText.child(plan(spec(Idmap.HOST, Map.of("net.ipv4.ip_forward", "1")), HYBRID, -1));
        inOrder(
                steps,
                "IDS",
                "PDEATHSIG",
                "UNSHARE",
                "PLACE 10 0 /tmp",
                "PIVOT /tmp",
                "MOUNT 14 8 proc /proc",
                "MOUNT 14 8 sysfs /sys",
                "BIND 1 var/lib/lxcfs/proc/meminfo /proc/meminfo",
                "MOUNT 2 8 none /dev",
                "CONSOLE",
                "MOUNT 14 0 cgroup_root",
                "PLACE 30 16 /etc/one",
                "LEAVE_OLD",
                "HOSTNAME c1",
                "AWAIT_GO",
                "WRITE 0 0 /proc/sys/net/ipv4/ip_forward 1",
                "READONLY /sys",
                "CAPS",
                "STDIO -1 -1 -1",
                "CONTROL",
                "EXEC /sbin/init,");
        assertEquals("EXEC", steps.getLast().substring(0, 4), "nothing comes after the exec");
    }

    @Test
    void write_overlay_stacksLayersTopmostFirst() {
        var steps = PlanText.child(plan(spec(Idmap.HOST, Map.of()), HYBRID, 20));
        assertTrue(
                steps.contains(
                        "MOUNT 0 0 overlay root overlay lowerdir=l0:l1,upperdir=u/upper,workdir=u/work,userxattr"),
                steps.toString());
        inOrder(steps, "PLACE 10 0 l0", "PLACE 11 0 l1", "PLACE 20 0 u", "MOUNT 0 0 overlay", "PIVOT root");
    }

    @Test
    void write_cgroupViews() {
        var hybrid = PlanText.child(plan(spec(Idmap.HOST, Map.of()), HYBRID, -1));
        assertTrue(
                hybrid.contains("MOUNT 14 0 cgroup /sys/fs/cgroup/cpu,cpuacct cgroup cpu,cpuacct"), hybrid.toString());
        assertTrue(hybrid.contains("SYMLINK cpu,cpuacct /sys/fs/cgroup/cpuacct"));
        assertTrue(hybrid.contains("MOUNT 14 0 cgroup2 /sys/fs/cgroup/unified cgroup2 "));
        var unified = PlanText.child(plan(spec(Idmap.HOST, Map.of()), UNIFIED, -1));
        assertTrue(unified.contains("MOUNT 14 0 cgroup2 /sys/fs/cgroup cgroup2 "), unified.toString());
        assertFalse(unified.contains("MOUNT 14 0 cgroup2 /sys/fs/cgroup/unified cgroup2 "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "net..ipv4", "net/../../etc/passwd", "/proc", ""})
    void write_badSysctl(String key) {
        assertThrows(ProblemException.class, () -> plan(spec(Idmap.HOST, Map.of(key, "1")), HYBRID, -1));
    }

    @Test
    void write_unknownRlimit() {
        var spec = spec(Idmap.HOST, Map.of());
        var bad = new StartSpec(
                1,
                "c1",
                "c1",
                spec.idmap(),
                false,
                spec.root(),
                List.of(),
                List.of(),
                spec.init(),
                Map.of(),
                Limits.NONE,
                SecuritySpec.DEFAULT,
                Map.of(),
                Map.of("nonsense", new StartSpec.Rlimit(1, 1)),
                Path.of("/log"),
                NicsHook.NONE);
        assertThrows(ProblemException.class, () -> plan(bad, HYBRID, -1));
    }

    @Test
    void rlimit_parse() {
        assertEquals(new StartSpec.Rlimit(-1, -1), StartSpec.Rlimit.parse("unlimited"));
        assertEquals(new StartSpec.Rlimit(5, 5), StartSpec.Rlimit.parse("5"));
        assertEquals(new StartSpec.Rlimit(5, -1), StartSpec.Rlimit.parse("5:unlimited"));
        assertThrows(ProblemException.class, () -> StartSpec.Rlimit.parse("many"));
    }

    private static void inOrder(List<String> steps, String... beginnings) {
        int at = 0;
        for (String beginning : beginnings) {
            while (at < steps.size() && !steps.get(at).startsWith(beginning)) {
                at++;
            }
            assertTrue(
                    at < steps.size(),
                    "\"" + beginning + "\" is not there, or too early:\n" + String.join("\n", steps));
        }
    }

    private static Plan plan(StartSpec spec, CgroupView view, int upper) {
        var plan = StartPlan.begin(spec);
        var host = new StartPlan.HostFacts(view, List.of("dev/fuse", "sys/kernel/debug"), "");
        var prepared = new StartPlan.Prepared(
                List.of("/sys/fs/cgroup/cpu/x/cgroup.procs"),
                upper < 0 ? List.of(10) : List.of(10, 11),
                upper,
                List.of(new StartPlan.Placed(30, "/etc/one", false, false)),
                "11111111-2222-3333-4444-555555555555",
                "",
                new byte[8],
                List.of("proc/meminfo"),
                "var/lib/lxcfs");
        StartPlan.write(plan, spec, host, prepared);
        return plan;
    }

    private static StartSpec spec(Idmap map, Map<String, String> sysctls) {
        return new StartSpec(
                1,
                "c1",
                "c1",
                map,
                false,
                new RootFilesystem.Directory(Path.of("/root")),
                List.of(),
                List.of(),
                StartSpec.SBIN_INIT,
                Map.of(),
                Limits.NONE,
                SecuritySpec.DEFAULT,
                sysctls,
                Map.of("nofile", new StartSpec.Rlimit(100, -1)),
                Path.of("/log"),
                NicsHook.NONE);
    }
}
