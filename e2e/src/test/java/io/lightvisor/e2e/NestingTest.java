package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Containers inside a container: Debian's Docker and podman, and Lightvisor itself.
@OnLightvisor
@Needs({Need.ROOT, Need.DEBIAN_MIRROR})
final class NestingTest {
    static final String ALIAS = "nest";

    /// Makes an image of the guest's own busybox: there is no registry. What a layer removes and makes opaque must
    /// hold.
    private static final String DOCKER = """
            set -e
            mkdir -p /root/r/bin /root/r/old /root/c
            cp /bin/busybox /root/r/bin/
            ln -sf busybox /root/r/bin/sh
            touch /root/r/old/file
            timeout 30 sh -c 'until docker version >/dev/null 2>&1; do sleep 0.1; done'
            docker info 2>/dev/null | grep 'Storage Driver'
            tar -C /root/r -c . | docker import - bb >/dev/null
            printf 'FROM bb\\nRUN ["/bin/busybox","rm","-r","/old"]\\nRUN ["/bin/busybox","mkdir","/old"]\\n' > /root/c/Dockerfile
            docker build -q -t bb2 /root/c >/dev/null
            docker run --rm --cpus 0.5 -m 64m bb2 /bin/busybox sh -c 'echo docker $(/bin/busybox ls /old | /bin/busybox wc -l)'
            docker run -d --name stays --restart=always bb2 /bin/busybox sleep 10000 >/dev/null
            """;

    private static final String PODMAN = """
            set -e
            tar -C /root/r -c . | podman import -q - bb >/dev/null
            podman info --format '{{.Store.GraphDriverName}} {{.Host.OCIRuntime.Name}}'
            podman run --rm localhost/bb /bin/busybox echo podman crun
            podman --runtime runc run --rm localhost/bb /bin/busybox echo podman runc
            """;

    private static final String LIGHTVISOR = """
            mkdir -p /opt/lv && tar -C /opt/lv -x || exit 1
            setsid /opt/lv/bin/lxd --group root > /root/lxd.log 2>&1 < /dev/null &
            PATH=$PATH:/opt/lv/bin
            /opt/lv/bin/lxd waitready --timeout 30 || { cat /root/lxd.log; exit 1; }
            /opt/lv/bin/lxd init --preseed <<END
            config: {}
            storage_pools:
            - {name: default, driver: overlay}
            - {name: folders, driver: dir}
            profiles:
            - name: default
              devices:
                root: {path: /, pool: default, type: disk}
            END
            exec < /dev/null
            /opt/lv/bin/lxc launch -q busybox: c1 >/dev/null && /opt/lv/bin/lxc exec c1 -- echo overlay
            /opt/lv/bin/lxc launch -q busybox: c2 -s folders -c security.nesting=true >/dev/null && /opt/lv/bin/lxc exec c2 -- echo dir
            /opt/lv/bin/lxc list -c ns -f csv
            """;

    private final LightvisorHost host;

    NestingTest(LightvisorHost host) {
        this.host = host;
    }

    @BeforeEach
    void buildOnce() {
        if (host.ours().run("image", "list", ALIAS, "--format", "csv").isEmpty()) {
            var packages = "docker.io,podman,crun,iptables,busybox-static";
            host.ours()
                    .program("image", "build", "debian/12", "--alias", ALIAS, "--packages", packages)
                    .within(Duration.ofMinutes(10))
                    .run()
                    .ok();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay", "dir"})
    void docker_onEveryDriver(String driver) {
        host.ours().run("storage", "create", "nest", driver);
        try {
            host.ours().run("launch", ALIAS, "n1", "-s", "nest", "-c", "security.nesting=true");
            assertEquals(
                    " Storage Driver: overlay2\ndocker 0",
                    inside(DOCKER).replaceAll("(?m)^ +Storage", " Storage").stripTrailing());
            assertEquals(
                    "overlay crun\npodman crun\npodman runc", inside(PODMAN).strip());
            // What it keeps is there again after a stop, and is the same.
            host.debians().run("restart", "n1");
            assertTrue(inside("timeout 30 sh -c 'until docker ps | grep stays; do sleep 0.1; done'; docker ps")
                    .contains("Up"));
            assertEquals(
                    "0",
                    inside("docker run --rm bb2 /bin/busybox sh -c '/bin/busybox ls /old | /bin/busybox wc -l'")
                            .strip());
            host.ours().run("delete", "-f", "n1");
        } finally {
            host.ours().call("delete", "-f", "n1");
            host.ours().run("storage", "delete", "nest");
        }
    }

    @Test
    void lightvisorInside_launchesContainers() {
        host.ours().run("launch", ALIAS, "n1", "-c", "security.nesting=true");
        var shown = Program.of(
                "sh",
                "-c",
                "tar -C \"$0\" -c bin lib libexec | \"$1\" exec n1 -- sh -c \"$2\"",
                host.prefix().toString(),
                host.ours().path().toString(),
                LIGHTVISOR);
        for (var entry : host.ours().environment().entrySet()) {
            shown = shown.with(entry.getKey(), entry.getValue());
        }
        var out = shown.within(Duration.ofMinutes(2)).run().ok().out();
        assertTrue(out.contains("overlay\ndir\n"), out);
        assertTrue(out.contains("c1,RUNNING") && out.contains("c2,RUNNING"), out);
    }

    private String inside(String script) {
        return host.ours()
                .program("exec", "n1", "--", "sh", "-c", script)
                .within(Duration.ofMinutes(2))
                .run()
                .ok()
                .out();
    }
}
