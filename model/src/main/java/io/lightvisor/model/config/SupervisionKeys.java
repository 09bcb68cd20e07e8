package io.lightvisor.model.config;

import static io.lightvisor.model.config.ConfigKey.Scope.CONTAINER;
import static io.lightvisor.model.config.Keys.AT_START;
import static io.lightvisor.model.config.Keys.LIVE;
import static io.lightvisor.model.config.Keys.number;
import static io.lightvisor.model.config.Keys.text;

import io.lightvisor.model.Dependency;
import io.lightvisor.model.ProblemException;
import java.util.List;

/// Keys that LXD does not have: what is started again, what is healthy, and what waits for what.
final class SupervisionKeys {
    private static final Check SPAN = Span::complaint;
    private static final Check TCP = v -> complaint(() -> Healthcheck.tcp(v));
    private static final Check HTTP = v -> complaint(() -> Healthcheck.http(v));
    private static final Check DEPENDENCIES = v -> complaint(() -> Dependency.parse(v));
    private static final Check RETRIES = v -> Numbers.isBetween(v, 1, 100) ? "" : "It is a number from 1 to 100";

    static final List<ConfigKey> ALL = List.of(
            text(
                    "boot.depends_on",
                    "",
                    AT_START,
                    CONTAINER,
                    DEPENDENCIES,
                    "Instances that must be started or healthy before it starts: db:healthy, cache"),
            text(
                    "boot.restart.policy",
                    "no",
                    LIVE,
                    CONTAINER,
                    Checks.oneOf("no", "on-failure", "always"),
                    "Whether it is started again when it ends by itself"),
            text("healthcheck.exec", "", LIVE, CONTAINER, Checks.ANY, "Command inside that returns 0 when all is well"),
            text("healthcheck.http", "", LIVE, CONTAINER, HTTP, "Server inside to ask: 8080/path"),
            text("healthcheck.interval", "30s", LIVE, CONTAINER, SPAN, "Time from one health check to the next"),
            number(
                    "healthcheck.retries",
                    "3",
                    LIVE,
                    CONTAINER,
                    RETRIES,
                    "Failed health checks in a row that make it unhealthy"),
            text(
                    "healthcheck.start_period",
                    "0s",
                    LIVE,
                    CONTAINER,
                    SPAN,
                    "Time after the start in which failed health checks do not count"),
            text("healthcheck.tcp", "", LIVE, CONTAINER, TCP, "Port inside that takes connections: 5432"),
            text("healthcheck.timeout", "5s", LIVE, CONTAINER, SPAN, "Time that a health check may take"));

    private SupervisionKeys() {}

    private static String complaint(Runnable parse) {
        try {
            parse.run();
            return "";
        } catch (ProblemException e) {
            return e.problem().sentence();
        }
    }
}
