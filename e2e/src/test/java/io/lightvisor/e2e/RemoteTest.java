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
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = "127.0.0.1:" + probe.getLocalPort();
        }
        host.tool().run("config", "set", "core.https_address", address);
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
