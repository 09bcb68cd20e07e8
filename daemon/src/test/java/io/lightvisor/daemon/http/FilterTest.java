package io.lightvisor.daemon.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.lightvisor.api.JsonTree;
import io.lightvisor.model.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTest {
    private static final String C1 = """
            {"name":"c1","status":"Running","status_code":103,"stateful":false,"description":"an old one",
             "config":{"user.os":"Debian","image.os":"debian"},"devices":{"root":{"type":"disk"}},"profiles":["default"]}
            """;

    /// The first rows are answers of LXD 5.0.2.
    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, delimiter = '|', quoteCharacter = '\'', textBlock = """
            FILTER                                   | MATCHES
            name eq c1                               | true
            name eq C1                               | true
            name eq c                                | false
            name eq c.                               | true
            name eq ^c                               | true
            name ne c1                               | false
            not name eq c1                           | false
            config.user.os eq debian                 | true
            config.user.nope eq x                    | false
            config.user.nope ne x                    | true
            status eq running                        | true
            name eq c2 or name eq c1                 | true
            not name eq c1 or name eq c1             | true
            foo eq bar                               | false
            foo ne bar                               | true
            name eq c[                               | false
            profiles eq default                      | false
            devices.root.type eq disk                | true
            stateful eq false                        | true
            status_code eq 103                       | true
            description eq "an old one"              | true
            name eq "c1" and config.image.os eq deb* | false
            name eq c2 and foo eq x or name eq c1    | true
            """)
    void matches_clauses(String filter, boolean matches) {
        var object = JsonTree.object(C1.getBytes(StandardCharsets.UTF_8));
        assertEquals(matches, Filter.parse(filter).matches(object));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            foo               | Invalid filter: clause has no operator
            )(                | Invalid filter: clause has no operator
            name eq           | Invalid filter: clause has no value
            name eq c1 or     | Invalid filter: unterminated compound clause
            name eq "c1       | Invalid filter: unterminated quote
            name zz c1        | Invalid filter: unknown operator "zz", it is eq or ne
            name eq c1 xor x  | Invalid filter: clauses are joined by and or or, not "xor"
            """)
    void parse_refuses(String filter, String words) {
        assertEquals(
                words,
                assertThrows(ProblemException.class, () -> Filter.parse(filter)).getMessage());
    }

    @Test
    void matches_runawayExpressionIsRefused() {
        var object = JsonTree.object(("{\"name\":\"" + "a".repeat(3000) + "!\"}").getBytes(StandardCharsets.UTF_8));
        assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThrows(
                        ProblemException.class,
                        () -> Filter.parse("name eq .*.*.*.*b").matches(object)));
    }
}
