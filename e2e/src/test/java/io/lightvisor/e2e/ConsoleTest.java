package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// `lxc console`.
@OnLightvisor
@Needs({Need.ROOT, Need.DEBIANS_LXC})
@ParameterizedClass
@EnumSource(Client.class)
final class ConsoleTest {
    private final LightvisorHost host;
    private final Lxc lxc;

    ConsoleTest(Client client, LightvisorHost host) {
        this.host = host;
        lxc = client.on(host);
    }

    @Test
    void console_log() {
        host.launch("c1");
        lxc.run("exec", "c1", "--", "sh", "-c", "echo written to the console >/dev/console");
        assertTrue(lxc.run("console", "c1", "--show-log").contains("written to the console"));
    }

    @Test
    void console_detached() {
        host.launch("c1");
        Process writer = lxc.program(
                        "exec", "c1", "--", "sh", "-c", "while :; do echo tick >/dev/console; sleep 0.2; done")
                .start();
        try {
            // The two keys come one after the other, as from fingers: Debian's client does not take them at once.
            var shown = lxc.watched("sleep 2; printf '\\001'; sleep 0.3; printf q; sleep 1", "console", "c1")
                    .ok()
                    .out();
            assertTrue(shown.contains("To detach from the console, press: <ctrl>+a q"), shown);
            assertTrue(shown.contains("tick"), shown);
        } finally {
            writer.destroyForcibly();
        }
    }

    @Test
    void console_ofStoppedContainer() {
        lxc.run("init", LightvisorHost.BUSYBOX, "c1");
        var result = lxc.onTerminal("", "console", "c1").exits(1);
        assertTrue(result.out().contains("Instance is not running"), result.out());
    }
}
