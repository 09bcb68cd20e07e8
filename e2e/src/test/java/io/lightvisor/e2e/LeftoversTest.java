package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// Runs last (see junit-platform.properties): after everything is deleted and the daemon stopped, the host is as
/// before.
@OnLightvisor
@Order(Integer.MAX_VALUE)
final class LeftoversTest {
    @Test
    void end_afterAllTests(LightvisorHost host) {
        assertEquals(List.of(), host.end(), "left on the host");
    }
}
