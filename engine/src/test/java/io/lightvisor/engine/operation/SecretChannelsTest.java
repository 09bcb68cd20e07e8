package io.lightvisor.engine.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.model.ProblemException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SecretChannelsTest {
    private final SecretChannels channels = new SecretChannels(Set.of("0"), Set.of("control"));

    @Test
    void check_wrongSecret_isForbidden() {
        assertEquals(
                403,
                assertThrows(ProblemException.class, () -> channels.check("nope"))
                        .problem()
                        .statusCode());
    }

    @Test
    void check_noSecret_isBadRequest() {
        assertEquals(
                400,
                assertThrows(ProblemException.class, () -> channels.check(""))
                        .problem()
                        .statusCode());
    }

    @Test
    void awaitRequired_nobodyComes_fails() {
        var late = assertThrows(ProblemException.class, () -> channels.awaitRequired(Duration.ofMillis(1)));
        assertEquals("Timed out waiting for websockets to connect", late.getMessage());
    }

    /// A quick command may have ended before its client's last channel connects.
    @Test
    void connect_afterRelease_isClosedAtOnce() throws Exception {
        channels.release();
        String secret = String.valueOf(channels.secrets().get("control"));
        channels.check(secret);
        var closed = new boolean[1];
        channels.connect(secret, new Channel() {
            @Override
            public Message receive() {
                return null;
            }

            @Override
            public void send(java.nio.ByteBuffer data) {}

            @Override
            public void sendEnd() {}

            @Override
            public void close() {
                closed[0] = true;
            }
        });
        assertTrue(closed[0]);
        assertEquals(
                400,
                assertThrows(ProblemException.class, () -> channels.check(secret))
                        .problem()
                        .statusCode());
    }
}
