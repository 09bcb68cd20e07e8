package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// `raw.*`, `security.idmap.*`, `linux.*`, `environment.*` and `nvidia.*` in a real container, and the keys' reference.
@OnLightvisor
final class RawKeysTest {
    private final LightvisorHost host;

    RawKeysTest(LightvisorHost host) {
        this.host = host;
    }

    private String sh(String name, String script) {
        return host.ours().run("exec", name, "--", "sh", "-c", script);
    }

    @Test
    void rawLxc_isHonoured() throws Exception {
        Path source = Files.createDirectories(host.scratch().resolve("raw"));
        Files.writeString(source.resolve("f"), "hi");
        host.debians()
                .run("launch", LightvisorHost.BUSYBOX, "r1", "-c", "environment.FOO=a b", "-c", """
                raw.lxc=# a comment
                lxc.mount.entry = %s srv/in none bind,ro,nosuid,create=dir 0 0
                lxc.mount.entry = tmpfs mnt/t tmpfs size=1m,nodev 0 0
                lxc.cap.drop = sys_nice net_raw
                lxc.environment = BAR=2
                lxc.sysctl.net.ipv4.ip_forward = 1
                lxc.proc.oom_score_adj = 55
                lxc.init.cmd = /bin/sh -c "exec /sbin/init"
                """.formatted(source));
        assertEquals("a b", sh("r1", "echo $FOO"));
        assertEquals("hi", sh("r1", "cat /srv/in/f"));
        assertTrue(sh("r1", "touch /srv/in/x 2>&1; true").contains("Read-only"));
        var mounts = sh("r1", "grep -e /srv/in -e /mnt/t /proc/mounts");
        assertTrue(mounts.contains("/srv/in ext4 ro,nosuid") || mounts.contains("ro,nosuid"), mounts);
        assertTrue(mounts.contains("nodev") && mounts.contains("size=1024k"), mounts);
        long bounding = Long.parseLong(sh("r1", "sed -n 's/CapBnd:.//p' /proc/self/status"), 16);
        assertEquals(0, bounding & (1L << 23 | 1L << 13));
        assertEquals("1", sh("r1", "cat /proc/sys/net/ipv4/ip_forward"));
        assertEquals("55", sh("r1", "cat /proc/1/oom_score_adj"));
        assertTrue(sh("r1", "tr '\\0' ' ' < /proc/1/environ").contains("BAR=2"));
    }

    @Test
    void rawLxc_whatCannotBe_isRefusedByName() {
        host.ours().run("init", LightvisorHost.BUSYBOX, "r1");
        host.debians()
                .call("config", "set", "r1", "raw.lxc", "\nlxc.hook.pre-start = /bin/true")
                .failsWith("Line 2 of raw.lxc: \"lxc.hook.pre-start\" is not supported");
        host.debians()
                .call("config", "set", "r1", "raw.lxc", "lxc.nonsense = 1")
                .failsWith("Line 1 of raw.lxc: unknown key \"lxc.nonsense\"");
        host.debians().run("config", "set", "r1", "raw.lxc", "lxc.cgroup.nosuch.file = 1");
        host.debians().call("start", "r1").failsWith("line 1 of raw.lxc (lxc.cgroup.nosuch.file)");
        host.debians().run("config", "unset", "r1", "raw.lxc");
        host.debians().run("config", "set", "r1", "linux.kernel_modules", "nosuchmodule");
        host.debians().call("start", "r1").failsWith("Failed to load kernel module 'nosuchmodule'");
        host.debians().run("config", "unset", "r1", "linux.kernel_modules");
        host.debians().run("config", "set", "r1", "nvidia.runtime", "true");
        host.debians().call("start", "r1").failsWith("The NVIDIA container tools couldn't be found");
        host.debians().run("config", "unset", "r1", "nvidia.runtime");
        host.debians().run("config", "set", "r1", "raw.seccomp", "2\ndenylist\nnosuchcall");
        host.debians().call("start", "r1").failsWith("line 3 of raw.seccomp");
        host.debians().run("config", "unset", "r1", "raw.seccomp");
        host.debians().run("start", "r1");
    }

    @Test
    void rawSeccomp_replacesThePolicy() {
        host.ours().run("init", LightvisorHost.BUSYBOX, "r1");
        host.debians().run("config", "set", "r1", "raw.seccomp", """
                2
                denylist errno 13
                [all]
                mkdir  # a comment
                mkdirat
                kill errno 1 [1,9,SCMP_CMP_EQ]
                """);
        host.ours().run("start", "r1");
        assertTrue(sh("r1", "mkdir /x 2>&1; true").contains("Permission denied"));
        assertEquals(
                "refused 0",
                sh("r1", "sleep 100 & kill -9 $! 2>/dev/null || echo -n 'refused '; kill -15 $!; echo $?"));
    }

    @Test
    void idmap_isolatedContainersShareNothing() {
        host.ours().run("launch", LightvisorHost.BUSYBOX, "r1", "-c", "security.idmap.isolated=true");
        host.ours()
                .run(
                        "launch",
                        LightvisorHost.BUSYBOX,
                        "r2",
                        "-c",
                        "security.idmap.isolated=true",
                        "-c",
                        "security.idmap.size=100000");
        long first = Long.parseLong(host.ours().run("config", "get", "r1", "volatile.idmap.base"));
        long second = Long.parseLong(host.ours().run("config", "get", "r2", "volatile.idmap.base"));
        assertTrue(second >= first + 65536 || first >= second + 100000, first + " " + second);
        assertEquals("0 " + first + " 65536", sh("r1", "echo $(cat /proc/self/uid_map)"));
        assertEquals("0 " + second + " 100000", sh("r2", "echo $(cat /proc/self/gid_map)"));
        host.ours().run("restart", "-f", "r1");
        assertEquals("0 " + first + " 65536", sh("r1", "echo $(cat /proc/self/uid_map)"), "stays where it was");
        host.ours().run("config", "set", "r2", "security.idmap.base=5000000");
        host.ours().run("restart", "-f", "r2");
        assertEquals("0 5000000 100000", sh("r2", "echo $(cat /proc/self/uid_map)"));
    }

    @Test
    void rawIdmap_mapsById() {
        host.ours().run("launch", LightvisorHost.BUSYBOX, "r1", "-c", "raw.idmap=both 1000 1000");
        assertTrue(sh("r1", "echo $(cat /proc/self/uid_map)").contains(" 1000 1000 1 1001 "));
        assertEquals("1000", sh("r1", "touch /root/a; chown 1000:1000 /root/a; stat -c %u /root/a"));
        host.debians()
                .call("config", "set", "r1", "raw.idmap", "both 10000000 1000")
                .failsWith("Host id is in the range of subids");
        assertEquals("both 1000 1000", host.ours().run("config", "get", "r1", "raw.idmap"));
    }

    @Test
    void protection_keepsTheInstance() {
        host.ours().run("init", LightvisorHost.BUSYBOX, "r1", "-c", "security.protection.delete=true");
        host.debians().call("delete", "-f", "r1").failsWith("Instance is protected");
        host.ours().run("config", "unset", "r1", "security.protection.delete");
    }

    @Test
    void configuration_isDescribedAndCompleted() {
        var configs = host.api().get("/1.0/metadata/configuration").metadata().object("configs");
        assertTrue(configs.has("instance") && configs.has("server") && configs.has("project"));
        var found = configs.object("instance").object("security").objects("keys").stream()
                .filter(key -> key.has("security.nesting"))
                .findFirst()
                .orElseThrow()
                .object("security.nesting");
        assertEquals("bool", found.text("type"));
        assertEquals("false", found.text("defaultdesc"));
        assertEquals("security.nesting=", host.ours().run("__complete", "config", "set", "any", "security.nes"));
        assertEquals("core.debug_address", host.ours().run("__complete", "config", "get", "core.debug"));
    }

    @Test
    void oldSpellings_areAcceptedAndKept() {
        host.ours()
                .run(
                        "launch",
                        LightvisorHost.BUSYBOX,
                        "r1",
                        "-c",
                        "security.syscalls.blacklist=mkdir\nmkdirat errno 1");
        assertTrue(sh("r1", "mkdir /x 2>&1; true").contains("can't create"));
        assertEquals("mkdir\nmkdirat errno 1", host.ours().run("config", "get", "r1", "security.syscalls.blacklist"));
        assertEquals("", host.ours().run("config", "get", "r1", "security.syscalls.deny"));
    }
}
