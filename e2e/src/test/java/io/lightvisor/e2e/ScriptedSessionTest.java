package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// An administrator's script over every command that concerns one instance, with either client. It also holds on LXD
/// 5.0.2 (`-Dlightvisor.reference`).
@OnLightvisor
@Needs({Need.ROOT, Need.DEBIANS_LXC})
final class ScriptedSessionTest {
    @ParameterizedTest
    @EnumSource(Client.class)
    void session(Client client, LightvisorHost host) throws IOException {
        Lxc lxc = client.on(host);
        Path folder = Files.createTempDirectory(host.scratch(), "session");
        var environment = new HashMap<>(lxc.environment());
        environment.put("LXC", lxc.path().toString());
        environment.put("PATH", System.getenv("PATH"));
        environment.put("T", folder.toString());
        environment.put("IMAGE", LightvisorHost.BUSYBOX);
        var result = new Program(List.of("bash", "-c", SCRIPT), environment, Duration.ofSeconds(120)).run();
        assertEquals(EXPECTED, result.out(), result.err());
        assertEquals(0, result.exit(), result.err());
    }

    private static final String SCRIPT = """
            set -euo pipefail
            exec 3>&2
            lxc() { "$LXC" "$@"; }
            quiet() { "$LXC" "$@" >/dev/null; }
            fails() { if "$LXC" "$@" >/dev/null 2>&1; then echo "succeeds: $*"; else echo "refused: $*"; fi; }
            cd "$T"

            echo "# configuration"
            quiet init "$IMAGE" s1 -c user.colour=blue -c limits.memory=256MiB
            lxc config get s1 user.colour
            quiet config set s1 user.size=1 user.text="two words"
            lxc config get s1 user.text
            quiet config unset s1 user.size
            lxc config show s1 | grep 'user\\.'
            lxc config show s1 | sed 's/blue/green/' | lxc config edit s1
            lxc config get s1 user.colour
            fails config set s1 no.such.key=1
            fails config set s1 limits.memory=lots
            lxc config get s1 limits.memory

            echo "# devices"
            mkdir share; echo shared >share/file; chmod -R a+rX share .
            quiet config device add s1 data disk source="$T/share" path=/mnt/data
            lxc config device list s1
            lxc config device get s1 data path
            quiet config device set s1 data readonly=true
            lxc config device show s1 | grep readonly
            quiet config device override s1 root size= 2>/dev/null || quiet config device override s1 root
            lxc config device list s1 | sort
            fails config device add s1 bad disk path=/mnt/bad source=/no/such/place

            echo "# running"
            quiet start s1
            lxc exec s1 -- cat /mnt/data/file
            fails exec s1 -- touch /mnt/data/new
            quiet config device remove s1 data
            fails exec s1 -- cat /mnt/data/file
            quiet config set s1 limits.memory=128MiB
            lxc exec s1 -- sh -c 'exit 7' || echo "exit code $?"

            echo "# files"
            printf 'hello\\n' >one; chmod 0640 one
            quiet file push one s1/root/one --uid 7 --gid 8
            lxc exec s1 -- stat -c '%u %g %a' /root/one
            printf 'from a pipe\\n' | lxc file push - s1/root/deep/er/piped -p
            lxc file pull s1/root/deep/er/piped -
            mkdir -p tree/a/b; echo 1 >tree/a/x; echo 2 >tree/a/b/y; ln -s x tree/a/link
            quiet file push -r tree s1/srv/ -p
            lxc exec s1 -- sh -c 'cd /srv; find tree | sort; readlink tree/a/link'
            mkdir back; quiet file pull -r s1/srv/tree back/
            (cd back; find tree | sort; test -L tree/a/link)
            quiet file delete s1/root/one
            fails file pull s1/root/one -
            EDITOR="sed -i s/hello/changed/" ; export EDITOR
            printf 'hello\\n' | lxc file push - s1/root/edited
            printf 'changed\\n' | lxc file edit s1/root/edited
            lxc file pull s1/root/edited -

            echo "# snapshots"
            lxc exec s1 -- sh -c 'echo old >/root/state'
            quiet snapshot s1 before
            quiet snapshot s1
            lxc list s1 --format csv -c nS
            lxc exec s1 -- sh -c 'echo new >/root/state'
            quiet restore s1 before
            lxc exec s1 -- cat /root/state
            fails snapshot s1 before
            quiet snapshot s1 before --reuse
            fails restore s1 none
            quiet rename s1/snap0 s1/first
            lxc query '/1.0/instances/s1/snapshots' | tr -d ' "[],\\t' | grep . | sort
            quiet delete s1/first
            lxc config show s1/before | grep -c '^expires_at'

            echo "# copies"
            quiet copy s1 s2 -c user.copy=yes
            lxc list '^s2$' --format csv -c nsS
            lxc config get s2 user.copy
            quiet copy s1/before s3
            lxc list '^s3$' --format csv -c nsS
            quiet copy s1 s4 --instance-only
            lxc list '^s4$' --format csv -c nsS
            test "$(lxc config get s1 volatile.eth0.hwaddr)" != "$(lxc config get s2 volatile.eth0.hwaddr)" && echo "own address"
            lxc exec s1 -- sh -c 'echo refreshed >/root/state'
            quiet copy s1 s2 --refresh
            lxc file pull s2/root/state -
            quiet start s2 s3
            lxc exec s3 -- cat /root/state
            quiet stop --force s2 s3
            quiet move s4 s5
            quiet rename s5 s6
            lxc list '^s[456]$' --format csv -c n

            echo "# publish"
            quiet publish s1/before --alias published description="A published one"
            lxc image show published | grep 'description:'
            quiet init published s7
            lxc file pull s7/root/state -
            fails publish s1
            quiet publish --force s1 --alias forced --compression none

            echo "# metadata"
            lxc config metadata show s6 | grep -c '^architecture'
            printf 'hello {{ container.name }}\\n' | lxc config template edit s6 greeting.tpl || true
            lxc config template create s6 other.tpl
            lxc config template list s6 --help >/dev/null
            quiet config template delete s6 other.tpl

            echo "# backups"
            quiet export s1 s1.tar.gz
            tar tzf s1.tar.gz | grep -c '^backup/index.yaml$'
            quiet stop --force s1
            quiet delete s1
            quiet import s1.tar.gz
            lxc list '^s1$' --format csv -c nsS
            lxc file pull s1/root/state -
            fails import s1.tar.gz
            quiet import s1.tar.gz s8
            lxc info s8 | grep '^Name:'

            echo "# state"
            quiet start s1
            lxc info s1 | grep -E '^(Status|Type):'
            lxc query /1.0/instances/s1/state | grep -cE '"(cpu|memory|network|pid|processes)"'
            quiet pause s1
            quiet start s1
            quiet restart --force s1
            quiet delete --force s1 s2 s3 s6 s7 s8
            quiet image delete published forced
            echo "# end"
            """;

    private static final String EXPECTED = """
            # configuration
            blue
            two words
              user.colour: blue
              user.text: two words
            green
            refused: config set s1 no.such.key=1
            refused: config set s1 limits.memory=lots
            256MiB
            # devices
            data
            /mnt/data
              readonly: "true"
            data
            root
            refused: config device add s1 bad disk path=/mnt/bad source=/no/such/place
            # running
            shared
            refused: exec s1 -- touch /mnt/data/new
            refused: exec s1 -- cat /mnt/data/file
            exit code 7
            # files
            7 8 640
            from a pipe
            tree
            tree/a
            tree/a/b
            tree/a/b/y
            tree/a/link
            tree/a/x
            x
            tree
            tree/a
            tree/a/b
            tree/a/b/y
            tree/a/link
            tree/a/x
            refused: file pull s1/root/one -
            changed
            # snapshots
            s1,2
            old
            refused: snapshot s1 before
            refused: restore s1 none
            /1.0/instances/s1/snapshots/before
            /1.0/instances/s1/snapshots/first
            1
            # copies
            s2,STOPPED,1
            yes
            s3,STOPPED,0
            s4,STOPPED,0
            own address
            refreshed
            old
            s6
            # publish
              description: A published one
            old
            refused: publish s1
            # metadata
            1
            # backups
            1
            s1,STOPPED,1
            refreshed
            refused: import s1.tar.gz
            Name: s8
            # state
            Status: RUNNING
            Type: container
            5
            # end
            """;
}
