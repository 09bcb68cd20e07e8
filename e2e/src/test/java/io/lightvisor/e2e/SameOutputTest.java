package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Scripts read what `lxc` prints: on the same daemon ours prints the same bytes as Debian's.
@OnLightvisor
@Needs({Need.ROOT, Need.DEBIANS_LXC})
final class SameOutputTest {
    private final LightvisorHost host;

    SameOutputTest(LightvisorHost host) {
        this.host = host;
    }

    /// Everything that reads, over one stopped container (`c1`, so that no counter moves), a profile and an
    /// alias.
    @Test
    void read_everyWay() {
        prepare();
        var differing = new StringBuilder();
        for (String line :
                COMMANDS.replace("BRIDGE", LightvisorHost.BRIDGE).strip().split("\n")) {
            String[] words = line.strip().split(" ");
            var theirs = host.debians().call(words);
            var mine = host.ours().call(words);
            if (theirs.exit() != mine.exit() || !anyOrder(words, theirs).equals(anyOrder(words, mine))) {
                differing.append("\n--- lxc ").append(line.strip());
                tell(differing, "Debian's", theirs, mine);
                tell(differing, "ours", mine, theirs);
            }
        }
        assertEquals("", differing.toString());
    }

    /// Adds what one client said and the other did not.
    private static void tell(StringBuilder to, String who, Program.Result said, Program.Result other) {
        to.append('\n')
                .append(who)
                .append(" (exit code ")
                .append(said.exit())
                .append("): ")
                .append(said.err());
        for (String line : said.lines()) {
            if (!other.lines().contains(line)) {
                to.append("\n    ").append(line);
            }
        }
    }

    /// Debian's client walks maps in a different order each time: the properties of an image, the devices of
    /// a list.
    private static String anyOrder(String[] words, Program.Result result) {
        String line = String.join(" ", words);
        return line.startsWith("image info") || line.contains("device list") || line.startsWith("info")
                ? sorted(result.out())
                : result.out();
    }

    private static String sorted(String out) {
        return String.join("\n", out.lines().sorted().toList());
    }

    private static final String COMMANDS = """
            list
            list --format csv
            list --format json
            list --format yaml
            list --format compact
            list --columns n,s,4,6,t,S
            list --columns 46abcdDefFlLmMnNpPsSut --format csv
            list --columns n,user.key:KEY:5,volatile.uuid --format csv
            list --fast --format csv
            list c
            list nosuch
            list status=stopped --format csv
            list user.key=value --format csv
            list type=container -f csv -c n
            info c1
            info nosuch
            config show c1
            config show c1 --expanded
            config get c1 user.key
            config get c1 no.such
            config device show c1
            config device list c1
            config show
            profile list
            profile list --format csv
            profile show default
            profile show p1
            profile show nosuch
            profile get p1 user.a
            profile device list default
            profile device get default root pool
            network list
            network list --format csv
            network show BRIDGE
            network get BRIDGE ipv4.nat
            network list-leases BRIDGE
            storage list
            storage list --format csv
            storage show default
            storage get default source
            image list
            image list --format csv
            image list --format json
            image list busybox --format csv --columns lfpdatsu
            image info busybox
            image show busybox
            image alias list
            image alias list --format csv
            project list
            project list --format csv
            project show default
            operation list
            warning list
            config trust list
            cluster list
            alias list
            remote get-default
            query /1.0/profiles
            query /1.0/instances/c1
            query /1.0/nosuch
            """;

    private void prepare() {
        host.tool().run("init", LightvisorHost.BUSYBOX, "c1", "-c", "user.key=value and more");
        host.tool().run("profile", "create", "p1");
        host.tool().run("profile", "set", "p1", "user.a=b", "limits.memory=100MiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "info c1", "config show c1", "exec c1 -- cat /etc/passwd"})
    void read_runningContainer(String command) {
        host.launch("c1");
        host.awaitAddress("c1");
        host.tool().run("pause", "c1");
        if (command.startsWith("exec")) {
            host.tool().run("start", "c1");
        }
        String[] words = command.split(" ");
        assertEquals(steady(host.debians().run(words)), steady(host.ours().run(words)));
    }

    /// Without the counters that move between two calls, and in any order: Debian's client walks the
    /// interfaces in a
    /// different one each time.
    private static String steady(String out) {
        return sorted(out.replaceAll("(?m)^(.*(CPU usage|Memory|Packets|Bytes|seconds|packets|bytes).*)$", "")
                .replaceAll("(?m)^\\s*\n", ""));
    }
}
