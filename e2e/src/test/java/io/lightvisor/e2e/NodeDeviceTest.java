package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Device nodes: by path, by number, coming late; and those that this host can only refuse.
@OnLightvisor
@Needs({Need.ROOT, Need.DEBIANS_LXC})
@ParameterizedClass
@EnumSource(Client.class)
final class NodeDeviceTest {
    private final LightvisorHost host;
    private final Lxc lxc;

    NodeDeviceTest(Client client, LightvisorHost host) {
        this.host = host;
        lxc = client.on(host);
    }

    @Test
    void unixChar_wholeLife() {
        for (String privileged : new String[] {"false", "true"}) {
            lxc.run("launch", LightvisorHost.BUSYBOX, "c1", "-c", "security.privileged=" + privileged);
            // Not one of those that every container may use.
            lxc.run(
                    "config",
                    "device",
                    "add",
                    "c1",
                    "d1",
                    "unix-char",
                    "source=/dev/kmsg",
                    "path=/dev/sub/log",
                    "uid=5",
                    "gid=6",
                    "mode=0604");
            assertEquals("604 5 6 1 b", inside("stat -c '%a %u %g %t %T' /dev/sub/log"));
            assertEquals("opened", inside("exec 3>>/dev/sub/log && echo opened"));
            lxc.run("restart", "--force", "c1");
            assertEquals("604 5 6 1 b", inside("stat -c '%a %u %g %t %T' /dev/sub/log"));
            lxc.run("config", "device", "set", "c1", "d1", "mode=0666");
            assertEquals("666", inside("stat -c %a /dev/sub/log"));
            host.daemon().kill();
            host.daemon().startAgain();
            lxc.run("config", "device", "remove", "c1", "d1");
            assertEquals("", inside("ls /dev/sub"));
            lxc.run("delete", "--force", "c1");
        }
    }

    @Test
    void unixChar_overOneThatEveryContainerHas() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        String before = inside("stat -c '%a %u' /dev/fuse");
        lxc.run("config", "device", "add", "c1", "d1", "unix-char", "path=/dev/fuse", "mode=0600");
        assertEquals("600 0", inside("stat -c '%a %u' /dev/fuse"));
        lxc.run("config", "device", "remove", "c1", "d1");
        assertEquals(before, inside("stat -c '%a %u' /dev/fuse"));
    }

    @Test
    void unixBlock_byNumbers() {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        lxc.run("config", "device", "add", "c1", "d1", "unix-block", "path=/dev/myloop", "major=7", "minor=0");
        lxc.run("start", "c1");
        assertEquals("7 0 block special file", inside("stat -c '%t %T %F' /dev/myloop"));
        lxc.run("exec", "c1", "--", "sh", "-c", "exec 3</dev/myloop");
        lxc.run("config", "device", "remove", "c1", "d1");
        assertTrue(lxc.call("exec", "c1", "--", "test", "-e", "/dev/myloop").exit() != 0);
    }

    @Test
    void unixChar_optionalComesAndGoes() {
        String node = "/dev/" + LightvisorHost.BRIDGE + "node";
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        lxc.run("config", "device", "add", "c1", "d1", "unix-char", "path=" + node, "required=false");
        try {
            Program.of("mknod", node, "c", "1", "5").run().ok();
            await(() -> has(node));
            assertEquals("3", inside("head -c 3 " + node + " | wc -c"));
        } finally {
            Program.of("rm", "-f", node).run();
        }
        await(() -> !has(node));
    }

    @Test
    void refused_inLxdsWords() {
        lxc.run("launch", LightvisorHost.BUSYBOX, "c1");
        String[][] table = {
            {
                "unix-char path=/dev/nonexist",
                "The required device path doesn't exist and the major and minor settings are not specified"
            },
            {"unix-block source=/dev/fuse path=/dev/x", "Path specified is not a unix-block device"},
            {"unix-hotplug vendorid=abcd required=true", "Required Unix Hotplug device not found"},
            {"usb vendorid=abcd required=true", "Required USB device not found"},
            {"gpu pci=0000:ff:1f.7", "Failed to detect requested GPU device"},
            {"infiniband nictype=physical parent=noib0", "Parent device 'noib0' doesn't exist"},
            {"tpm path=/dev/tpm0 pathrm=/dev/tpmrm0", "Failed to validate environment"},
        };
        for (String[] row : table) {
            String[] words = ("config device add c1 d1 " + row[0]).split(" ");
            lxc.call(words).failsWith("Failed to start device \"d1\": " + row[1]);
            assertEquals("", lxc.run("config", "device", "list", "c1"));
        }
        lxc.run("config", "device", "add", "c1", "u1", "usb", "vendorid=abcd");
        lxc.run("config", "device", "add", "c1", "u2", "unix-hotplug", "productid=1234");
        lxc.run("restart", "--force", "c1");
    }

    @Test
    void name_refused() {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        for (String name : new String[] {"a\nb", "a b", "..", "x".repeat(64), "%s"}) {
            lxc.call("config", "device", "add", "c1", name, "none").failsWith("Name ");
        }
        assertEquals("", lxc.run("config", "device", "list", "c1"));
    }

    private String inside(String script) {
        return lxc.run("exec", "c1", "--", "sh", "-c", script);
    }

    private boolean has(String path) {
        return inside("test -c " + path + " && echo yes || true").equals("yes");
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not within 10 s");
            LightvisorHost.pause();
        }
    }
}
