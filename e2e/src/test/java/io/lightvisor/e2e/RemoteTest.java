package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Every command also works over HTTPS, once the daemon trusts the client's certificate.
@OnLightvisor
@Needs({Need.ROOT, Need.DEBIANS_LXC})
@ParameterizedClass
@EnumSource(Client.class)
final class RemoteTest {
    private final LightvisorHost host;
    private final Lxc lxc;
    private String address;

    RemoteTest(Client client, LightvisorHost host) throws IOException {
        this.host = host;
        lxc = host.client(client.on(host).path(), "remote-" + client + System.nanoTime());
    }

    @BeforeEach
    void listen() throws IOException {
        address = freeAddress();
        host.tool().run("config", "set", "core.https_address", address);
    }

    private static String freeAddress() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + probe.getLocalPort();
        }
    }

    @AfterEach
    void silence() {
        host.tool().run("config", "unset", "core.https_address");
        host.tool().run("config", "unset", "core.trust_password");
        for (var certificate :
                host.api().get("/1.0/certificates?recursion=1").json().objects("metadata")) {
            host.tool().run("config", "trust", "remove", certificate.text("fingerprint"));
        }
    }

    @Test
    void remote_byPassword() {
        host.tool().run("config", "set", "core.trust_password", "opensesame");
        lxc.call("remote", "add", "far", "https://" + address, "--accept-certificate", "--password", "wrong")
                .failsWith("Error:");
        lxc.run("remote", "add", "far", "https://" + address, "--accept-certificate", "--password", "opensesame");
        work();
    }

    @Test
    void remote_byToken() throws IOException {
        var out = host.tool().run("config", "trust", "add", "--name", "laptop");
        String token = out.lines().reduce((_, last) -> last).orElseThrow();
        lxc.run("remote", "add", "far", token);
        assertTrue(host.tool().run("config", "trust", "list", "--format", "csv").contains("laptop"));
        // A token is good for one client only.
        Lxc other = host.client(lxc.path(), "other-" + System.nanoTime());
        other.call("remote", "add", "far", token).failsWith("Error:");
    }

    @Test
    void remote_untrusted() {
        var answer = Program.of("curl", "-sk", "https://" + address + "/1.0/instances")
                .run();
        if (answer.exit() == 0) {
            assertTrue(answer.out().contains("not authorized"), answer.out());
        }
        lxc.call("remote", "add", "far", "https://" + address, "--accept-certificate", "--password", "x")
                .failsWith("Error:");
    }

    @Test
    void image_fromAnotherServer() throws IOException {
        String there = freeAddress();
        OwnDaemon.folder(
                host,
                lxdDir -> OwnDaemon.on(host, lxdDir, far -> {
                    far.lxc().run("config", "set", "core.https_address", there);
                    far.lxc().run("config", "set", "core.trust_password", "opensesame");
                    lxc.run(
                            "remote",
                            "add",
                            "far",
                            "https://" + there,
                            "--accept-certificate",
                            "--password",
                            "opensesame");
                    copyAndLaunch(far);
                }));
    }

    /// `far` builds the image, this host's daemon fetches it from there: for itself, and for an instance.
    private void copyAndLaunch(OwnDaemon far) {
        far.lxc().run("image", "copy", "busybox:", "local:", "--alias", "theirs");
        String fingerprint = far.lxc().run("image", "list", "--format", "csv", "--columns", "F");
        far.lxc().run("image", "set-property", fingerprint, "flavour", "far away");
        // This host's own busybox image may be the same, to the byte.
        host.tool().run("image", "delete", LightvisorHost.BUSYBOX);
        try {
            lxc.call("launch", "far:none-such", "c1").failsWith("Image not found");
            lxc.run("image", "copy", "far:theirs", "local:", "--alias", "copied");
            assertEquals(fingerprint, lxc.run("image", "list", "copied", "--format", "csv", "--columns", "F"));
            assertEquals("far away", lxc.run("image", "get-property", "copied", "flavour"));
            lxc.run("launch", "copied", "c1");
            lxc.run("delete", "--force", "c1");

            lxc.run("image", "delete", "copied");
            lxc.run("launch", "far:theirs", "c1");
            assertEquals("c1,RUNNING", lxc.run("list", "--format", "csv", "--columns", "ns"));
            lxc.run("delete", "--force", "c1");
            lxc.run("image", "delete", fingerprint);
        } finally {
            host.tool().run("image", "copy", "busybox:", "local:", "--alias", LightvisorHost.BUSYBOX);
        }
    }

    private void work() {
        assertTrue(lxc.run("remote", "list", "--format", "csv").contains("far,https://" + address));
        lxc.run("launch", "far:" + LightvisorHost.BUSYBOX, "far:c1");
        assertEquals("c1,RUNNING", lxc.run("list", "far:", "--format", "csv", "--columns", "ns"));
        assertEquals(
                "hello", lxc.feed("hello", "exec", "far:c1", "--", "cat").ok().out());
        lxc.call("exec", "far:c1", "--", "sh", "-c", "exit 9").exits(9);
        lxc.run("stop", "--force", "far:c1");
        lxc.run("remote", "switch", "far");
        assertEquals("c1,STOPPED", lxc.run("list", "--format", "csv", "--columns", "ns"));
        lxc.run("delete", "c1");
        lxc.run("remote", "switch", "local");
        lxc.run("remote", "remove", "far");
    }
}
