package io.lightvisor.daemon.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.model.ProblemException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListeningTest {
    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, delimiter = '|', textBlock = """
            KEY             | HOST      | PORT
            :8443           | any       | 8443
            :1234           | any       | 1234
            [::]            | any       | 8443
            [::]:9          | any       | 9
            0.0.0.0         | any       | 8443
            127.0.0.1       | 127.0.0.1 | 8443
            127.0.0.1:77    | 127.0.0.1 | 77
            ::1             | ::1       | 8443
            [::1]           | ::1       | 8443
            [::1]:77        | ::1       | 77
            """)
    void parse_forms(String key, String host, int port) throws UnknownHostException {
        var address = Listening.parse(key);
        assertEquals(port, address.getPort());
        if (host.equals("any")) {
            assertTrue(address.getAddress().isAnyLocalAddress());
        } else {
            assertEquals(InetAddress.getByName(host), address.getAddress());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:x"})
    void parse_refuses(String key) {
        assertThrows(ProblemException.class, () -> Listening.parse(key));
    }

    @ParameterizedTest
    @CsvSource({
        "fe80::1, fe80::1",
        "::, ::",
        "::1, ::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "1::, 1::"
    })
    void ipv6_shortest(String address, String text) throws UnknownHostException {
        assertEquals(text, ServerFacts.ipv6(InetAddress.getByName(address).getAddress()));
    }

    @Test
    void expiry_units() {
        assertEquals(Instant.EPOCH, CertificatesEndpoint.expiry(""));
        var in = Duration.between(Instant.now(), CertificatesEndpoint.expiry("1H 30M"));
        assertTrue(in.toMinutes() >= 89 && in.toMinutes() <= 90, in.toString());
        assertThrows(ProblemException.class, () -> CertificatesEndpoint.expiry("5x"));
    }
}
