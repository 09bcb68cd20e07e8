package io.lightvisor.engine.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.container.ExitCause;
import io.lightvisor.model.RestartPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SupervisionRulesTest {
    @Test
    void delay_doublesUpToAMinute() {
        long[] seconds = {1, 2, 4, 8, 16, 32, 60, 60};
        for (int i = 0; i < seconds.length; i++) {
            assertEquals(Duration.ofSeconds(seconds[i]), Restarts.delay(i));
        }
        assertEquals(Duration.ofSeconds(60), Restarts.delay(1000));
    }

    @Test
    void isDue_byPolicyAndCause() {
        assertFalse(Restarts.isDue(RestartPolicy.NO, new ExitCause.InitKilled(9)));
        assertTrue(Restarts.isDue(RestartPolicy.ON_FAILURE, new ExitCause.InitKilled(9)));
        assertTrue(Restarts.isDue(RestartPolicy.ON_FAILURE, new ExitCause.InitExited(1)));
        assertTrue(Restarts.isDue(RestartPolicy.ON_FAILURE, new ExitCause.MonitorLost()));
        assertFalse(Restarts.isDue(RestartPolicy.ON_FAILURE, new ExitCause.Halted()));
        assertFalse(Restarts.isDue(RestartPolicy.ON_FAILURE, new ExitCause.InitExited(0)));
        assertTrue(Restarts.isDue(RestartPolicy.ALWAYS, new ExitCause.Halted()));
    }

    @Test
    void next_countsFailuresInARow() {
        var health = HealthChecks.next(Health.UNKNOWN, "bad", false, 2);
        assertEquals(new Health(Health.Status.STARTING, 0, "bad"), health);
        health = HealthChecks.next(health, "bad", true, 2);
        assertEquals(Health.Status.STARTING, health.status());
        health = HealthChecks.next(health, "bad", true, 2);
        assertEquals(Health.Status.UNHEALTHY, health.status());
        health = HealthChecks.next(health, "", true, 2);
        assertEquals(new Health(Health.Status.HEALTHY, 0, ""), health);
        health = HealthChecks.next(health, "bad", false, 2);
        assertEquals(new Health(Health.Status.HEALTHY, 1, "bad"), health);
    }

    @Test
    void verdict_ofStatusLines() {
        assertEquals("", HealthProbe.verdict("HTTP/1.1 200 OK"));
        assertEquals("", HealthProbe.verdict("HTTP/1.0 302 Found"));
        assertEquals("answered 503 Busy", HealthProbe.verdict("HTTP/1.1 503 Busy"));
        assertEquals("no answer of HTTP", HealthProbe.verdict("SSH-2.0-OpenSSH"));
        assertEquals("no answer of HTTP", HealthProbe.verdict(""));
    }
}
