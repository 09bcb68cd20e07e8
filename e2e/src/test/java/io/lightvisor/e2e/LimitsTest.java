package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Limits, priorities and parameters of the kernel, as the container and the host see them.
@OnLightvisor
final class LimitsTest {
    private final LightvisorHost host;

    LimitsTest(LightvisorHost host) {
        this.host = host;
    }

    private String inside(String command) {
        return host.ours().run("exec", "c1", "--", "sh", "-c", command);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A file of the container's group, in whichever hierarchy has it.
    private Optional<Path> groupFile(String name) {
        long pid = host.api()
                .get("/1.0/instances/c1/state")
                .json()
                .object("metadata")
                .number("pid");
        for (String line : text(Path.of("/proc/" + pid + "/cgroup")).split("\n")) {
            String[] parts = line.split(":", 3);
            String path = parts[2].replaceFirst("(/c1)/.*", "$1");
            for (String folder : List.of(parts[1], "unified", "")) {
                var file = Path.of("/sys/fs/cgroup", folder + path, name);
                if (Files.exists(file)) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }

    @Test
    void kernel_ofInitAndOfCommands() {
        host.tool().run("init", LightvisorHost.BUSYBOX, "c1");
        host.debians().run("config", "set", "c1", "limits.kernel.nofile", "3000:4000");
        host.debians().run("config", "set", "c1", "limits.kernel.nproc", "500");
        host.ours().run("start", "c1");
        assertEquals("3000", inside("ulimit -n").strip());
        assertEquals("4000", inside("ulimit -Hn").strip());
        assertEquals("500", inside("ulimit -u").strip());
        assertTrue(inside("cat /proc/1/limits").matches("(?s).*Max open files +3000 +4000.*"));
        host.daemon().kill();
        host.daemon().startAgain();
        assertEquals("3000", inside("ulimit -n").strip());
        host.debians().call("config", "set", "c1", "limits.kernel.nosuch", "5");
        host.ours().run("stop", "--force", "c1");
        host.ours().call("start", "c1").failsWith("nosuch");
    }

    @Test
    void hugePages_live() {
        host.launch("c1");
        var file = groupFile("hugetlb.2MB.max").or(() -> groupFile("hugetlb.2MB.limit_in_bytes"));
        assumeTrue(file.isPresent(), "the host has no hugetlb controller");
        host.debians().run("config", "set", "c1", "limits.hugepages.2MB", "8MiB");
        assertEquals("8388608", text(file.get()));
        host.ours().run("restart", "--force", "c1");
        assertEquals("8388608", text(file.get()));
        host.ours().run("config", "unset", "c1", "limits.hugepages.2MB");
        assertFalse(text(file.get()).equals("8388608"));
        host.ours().call("config", "set", "c1", "limits.hugepages.2MB", "many").failsWith("Invalid");
        host.ours().call("config", "set", "c1", "limits.hugepages.3MB", "1MB").failsWith("Unknown");
    }

    @Test
    void swapPriority_live() {
        host.launch("c1");
        var file = groupFile("memory.swappiness");
        assumeTrue(file.isPresent(), "only version 1 has it for each group");
        host.debians().run("config", "set", "c1", "limits.memory.swap.priority", "3");
        assertEquals("67", text(file.get()));
        host.debians().run("config", "unset", "c1", "limits.memory.swap.priority");
        assertEquals("60", text(file.get()));
    }

    @Test
    void diskPriority_live() {
        host.launch("c1");
        var file = groupFile("blkio.weight")
                .or(() -> groupFile("blkio.bfq.weight"))
                .or(() -> groupFile("io.weight"));
        assumeTrue(file.isPresent(), "the host weighs no disk access");
        host.debians().run("config", "set", "c1", "limits.disk.priority", "3");
        assertTrue(text(file.get()).contains("300"), text(file.get()));
        host.debians().run("config", "set", "c1", "limits.disk.priority", "0");
        assertTrue(text(file.get()).endsWith("10"), text(file.get()));
    }

    @Test
    void networkPriority_live() {
        host.launch("c1");
        host.debians().run("config", "set", "c1", "limits.network.priority", "5");
        assertTrue(rules().contains("meta priority set 0:5"), rules());
        host.ours().run("config", "set", "c1", "limits.network.priority", "7");
        assertTrue(rules().contains("meta priority set 0:7"), rules());
        host.ours().run("restart", "--force", "c1");
        assertTrue(rules().contains("meta priority set 0:7"), rules());
        host.ours().run("config", "unset", "c1", "limits.network.priority");
        assertFalse(rules().contains("meta priority set 0:7"), rules());
    }

    private String rules() {
        String name = host.instance("c1").object("config").text("volatile.eth0.host_name");
        var found = new StringBuilder();
        for (String line :
                Program.of("nft", "list", "ruleset", "bridge").run().ok().out().split("\n")) {
            if (line.contains('"' + name + '"')) {
                found.append(line).append('\n');
            }
        }
        return found.toString();
    }

    @Test
    void sysctl_setBeforeInitBegins() {
        host.tool().run("init", LightvisorHost.BUSYBOX, "c1");
        host.debians().run("config", "set", "c1", "linux.sysctl.net.ipv4.ip_forward", "1");
        host.ours().run("start", "c1");
        assertEquals("1", inside("cat /proc/sys/net/ipv4/ip_forward").strip());
        host.ours().run("stop", "--force", "c1");
        host.debians().run("config", "set", "c1", "linux.sysctl.net.no.such", "1");
        host.ours().call("start", "c1").failsWith("no/such");
    }

    /// Two containers of one CPU each, on a host with several, do not share one.
    @Test
    void cpus_balanced() {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "the host has one CPU");
        host.tool().run("launch", LightvisorHost.BUSYBOX, "c1", "-c", "limits.cpu=1");
        host.tool().run("launch", LightvisorHost.BUSYBOX, "c2", "-c", "limits.cpu=1");
        String first = inside("grep Cpus_allowed_list /proc/self/status");
        String second = host.ours().run("exec", "c2", "--", "sh", "-c", "grep Cpus_allowed_list /proc/self/status");
        assertFalse(first.equals(second), first);
        host.ours().run("stop", "--force", "c2");
        host.ours().run("config", "set", "c1", "limits.cpu", "2");
        assertTrue(inside("nproc").strip().equals("2"));
    }

    @Test
    void autostart_byPriority() {
        for (int i = 1; i <= 3; i++) {
            host.tool().run("init", LightvisorHost.BUSYBOX, "c" + i);
            host.tool().run("config", "set", "c" + i, "boot.autostart", i == 3 ? "false" : "true");
            host.tool().run("config", "set", "c" + i, "boot.autostart.priority", Integer.toString(i));
        }
        host.tool().run("config", "set", "c2", "boot.autostart.delay", "1");
        host.daemon().stop();
        host.daemon().startAgain();
        host.awaitState("c1", "RUNNING", Duration.ofSeconds(20));
        assertEquals("RUNNING", host.state("c2"));
        assertEquals("STOPPED", host.state("c3"));
        var first = Instant.parse(host.instance("c2").text("last_used_at"));
        var second = Instant.parse(host.instance("c1").text("last_used_at"));
        assertTrue(Duration.between(first, second).compareTo(Duration.ofMillis(900)) > 0, first + " " + second);
    }
}
