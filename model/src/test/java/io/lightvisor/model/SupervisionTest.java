package io.lightvisor.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lightvisor.model.config.Healthcheck;
import io.lightvisor.model.config.Schemas;
import io.lightvisor.model.config.Span;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SupervisionTest {
    @Test
    void find_spans() {
        assertEquals(Optional.of(Duration.ofMillis(500)), Span.find("500ms"));
        assertEquals(Optional.of(Duration.ofSeconds(10)), Span.find("10"));
        assertEquals(Optional.of(Duration.ofMinutes(2)), Span.find("2m"));
        assertEquals(Optional.empty(), Span.find("-1s"));
        assertEquals(Optional.empty(), Span.find("99999999999s"));
        assertEquals(Optional.empty(), Span.find("25h"));
    }

    @Test
    void parse_dependencies() {
        assertEquals(
                List.of(new Dependency(new InstanceName("db"), true), new Dependency(new InstanceName("cache"), false)),
                Dependency.parse("db:healthy, cache"));
        assertEquals(List.of(), Dependency.parse(""));
    }

    @Test
    void probes_ofAddresses() {
        assertEquals(new Healthcheck.Probe.Tcp("127.0.0.1", 22), Healthcheck.tcp("22"));
        assertEquals(new Healthcheck.Probe.Tcp("::1", 22), Healthcheck.tcp("[::1]:22"));
        assertEquals(new Healthcheck.Probe.Http("127.0.0.1", 8080, "/a?b"), Healthcheck.http("8080/a?b"));
        assertEquals(new Healthcheck.Probe.Http("10.0.0.1", 80, "/"), Healthcheck.http("http://10.0.0.1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "boot.restart.policy=sometimes",
                "boot.depends_on=a:ready",
                "boot.depends_on=a,,b",
                "boot.depends_on=../a",
                "healthcheck.tcp=0",
                "healthcheck.tcp=example.org:80",
                "healthcheck.http=https://10.0.0.1/",
                "healthcheck.http=80/a b",
                "healthcheck.interval=soon",
                "healthcheck.retries=0",
            })
    void validate_refuses(String pair) {
        int equals = pair.indexOf('=');
        var config = Map.of(pair.substring(0, equals), pair.substring(equals + 1));
        assertThrows(ProblemException.class, () -> Schemas.instance().validate(config));
    }

    @Test
    void validate_oneProbeOnly() {
        assertThrows(
                ProblemException.class,
                () -> Schemas.profile().validate(Map.of("healthcheck.tcp", "22", "healthcheck.exec", "true")));
    }
}
