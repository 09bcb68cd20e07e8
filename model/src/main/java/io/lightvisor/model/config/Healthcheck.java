package io.lightvisor.model.config;

import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Problem;
import java.time.Duration;
import java.util.Optional;

/// How it is found out whether what an instance is for works: `healthcheck.*`. Only addresses as numbers
/// are taken: a name would be looked up outside the instance.
///
/// @param probe       what is tried
/// @param retries     failures in a row that make it unhealthy
/// @param startPeriod failures do not count for so long after the start
public record Healthcheck(Probe probe, Duration interval, Duration timeout, int retries, Duration startPeriod) {

    /// One try.
    public sealed interface Probe {
        /// A shell's command inside, which returns 0.
        record Exec(String command) implements Probe {}

        /// A port inside that takes connections.
        record Tcp(String host, int port) implements Probe {}

        /// A server inside that answers with 200 to 399.
        record Http(String host, int port, String path) implements Probe {}
    }

    /// Of an effective instance, if it has one.
    public static Optional<Healthcheck> of(ExpandedInstance expanded) {
        return probe(expanded)
                .map(probe -> new Healthcheck(
                        probe,
                        span(expanded, "healthcheck.interval", Duration.ofSeconds(30)),
                        span(expanded, "healthcheck.timeout", Duration.ofSeconds(5)),
                        retries(expanded.config("healthcheck.retries", "")),
                        span(expanded, "healthcheck.start_period", Duration.ZERO)));
    }

    private static Optional<Probe> probe(ExpandedInstance expanded) {
        String exec = expanded.config("healthcheck.exec", "");
        if (!exec.isEmpty()) {
            return Optional.of(new Probe.Exec(exec));
        }
        String tcp = expanded.config("healthcheck.tcp", "");
        if (!tcp.isEmpty()) {
            return Optional.of(tcp(tcp));
        }
        String http = expanded.config("healthcheck.http", "");
        return http.isEmpty() ? Optional.empty() : Optional.of(http(http));
    }

    /// Reads `8080` or `10.0.0.1:8080`.
    public static Probe.Tcp tcp(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "127.0.0.1" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = port(text.substring(colon + 1));
        if (port < 1 || port > 65535 || !isNumeric(host)) {
            throw Problem.badValue("address of a health check", text, "it is PORT or ADDRESS:PORT")
                    .exception();
        }
        return new Probe.Tcp(host.equals("localhost") ? "127.0.0.1" : host, port);
    }

    /// Reads `8080/path` or `http://10.0.0.1:8080/path`.
    public static Probe.Http http(String text) {
        String rest = text.startsWith("http://") ? text.substring(7) : text;
        int slash = rest.indexOf('/');
        String path = slash < 0 ? "/" : rest.substring(slash);
        String where = slash < 0 ? rest : rest.substring(0, slash);
        boolean alone = text.startsWith("http://") && where.indexOf(':') < 0;
        var tcp = tcp(alone ? where + ":80" : where);
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) <= ' ' || path.charAt(i) > '~') {
                throw Problem.badValue("address of a health check", text, "its path has no blanks")
                        .exception();
            }
        }
        return new Probe.Http(tcp.host(), tcp.port(), path);
    }

    private static int port(String text) {
        return text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')
                ? -1
                : Integer.parseInt(text);
    }

    private static boolean isNumeric(String host) {
        return host.equals("localhost")
                || !host.isEmpty() && host.chars().allMatch(c -> c == '.' || c >= '0' && c <= '9')
                || host.indexOf(':') >= 0
                        && host.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0);
    }

    private static Duration span(ExpandedInstance expanded, String key, Duration otherwise) {
        return Span.find(expanded.config(key, "")).orElse(otherwise);
    }

    private static int retries(String text) {
        return text.isEmpty() ? 3 : Math.max(1, Integer.parseInt(text));
    }
}
