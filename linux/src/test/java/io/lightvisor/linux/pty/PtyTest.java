package io.lightvisor.linux.pty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.linux.Host;
import io.lightvisor.linux.fs.Memfd;
import io.lightvisor.linux.poll.FdInput;
import io.lightvisor.linux.process.Spawn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class PtyTest {
    @Test
    void open_runAProgramInIt() throws Exception {
        Host.needsFile("/dev/ptmx");
        try (var pty = Pty.open();
                var peer = pty.openPeer()) {
            pty.resize(new WindowSize(132, 43));
            assertEquals(new WindowSize(132, 43), Terminal.size(peer));
            assertTrue(Terminal.isTerminal(peer));
            var before = Terminal.makeRaw(peer);
            try (var child = Spawn.program("/bin/stty", "size")
                    .descriptor(0, peer)
                    .descriptor(1, peer)
                    .start()) {
                child.waitFor();
            }
            Terminal.restore(peer, before);
            peer.close();
            assertEquals("43 132\n", new String(new FdInput(pty.master()).readAllBytes()));
        }
    }

    @Test
    void isTerminal_ofAFile() {
        try (var file = Memfd.create("test")) {
            assertFalse(Terminal.isTerminal(file));
        }
    }
}
