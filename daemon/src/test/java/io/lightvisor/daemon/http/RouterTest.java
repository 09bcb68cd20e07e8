package io.lightvisor.daemon.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {
    private static final Router ROUTER = new Router(List.of(
            route("GET", "/"),
            route("GET", "/1.0"),
            route("GET", "/1.0/images"),
            route("GET", "/1.0/images/{fingerprint}"),
            route("GET", "/1.0/images/{fingerprint}/export"),
            route("GET", "/1.0/images/aliases"),
            route("GET", "/1.0/images/aliases/{name*}"),
            route("PUT", "/1.0/images/aliases/{name*}")));

    private static Route route(String method, String pattern) {
        return Route.memory(method, pattern, _ -> Answer.empty());
    }

    @Test
    void match_fixedSegmentsBeforeVariables() {
        assertEquals("/1.0/images/aliases", pattern("/1.0/images/aliases"));
        assertEquals("/1.0/images/{fingerprint}", pattern("/1.0/images/abc"));
        assertEquals("/", pattern("/"));
    }

    @Test
    void match_encodedSlashIsOneSegment() {
        var match = ROUTER.match("/1.0/images/a%2Fb/export");
        assertNotNull(match);
        assertEquals(List.of("a%2Fb"), match.variables());
    }

    @Test
    void match_restTakesSlashes() {
        var match = ROUTER.match("/1.0/images/aliases/debian/12");
        assertNotNull(match);
        assertEquals(List.of("debian/12"), match.variables());
        assertEquals(2, match.byMethod().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1.0", "/1.0/", "//1.0", "/1.0/images/", "/1.0/images/a/nothing", "/1.0/../1.0", "/2.0", "*"
            })
    void match_unknownPath(String path) {
        assertNull(ROUTER.match(path));
    }

    private static String pattern(String path) {
        var match = ROUTER.match(path);
        assertNotNull(match);
        return match.byMethod().get("GET").pattern();
    }
}
