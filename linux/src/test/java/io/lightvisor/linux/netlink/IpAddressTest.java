package io.lightvisor.linux.netlink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, textBlock = """
        TEXT,                                     CANONICAL
        10.1.2.3,                                 10.1.2.3
        0.0.0.0,                                  0.0.0.0
        255.255.255.255,                          255.255.255.255
        ::,                                       ::
        ::1,                                      ::1
        1::,                                      1::
        fd42:50fa:3656:72a1:216:3eff:fe73:b2f3,   fd42:50fa:3656:72a1:216:3eff:fe73:b2f3
        FD42::0001,                               fd42::1
        1:0:0:2:0:0:0:3,                          1:0:0:2::3
        1:0:2:0:3:0:4:0,                          1:0:2:0:3:0:4:0
        ::ffff:1.2.3.4,                           ::ffff:102:304
        1:2:3:4:5:6:7::,                          1:2:3:4:5:6:7:0
        ::2:3:4:5:6:7:8,                          0:2:3:4:5:6:7:8
        """)
    void parse_andBack(String text, String canonical) {
        var address = IpAddress.parse(text);
        assertEquals(canonical, address.toString());
        assertEquals(address, IpAddress.of(address.bytes()));
        assertEquals(address, IpAddress.parse(canonical));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "01.2.3.4",
                "1.2.3.4 ",
                "1..2.3",
                "a.b.c.d",
                ":",
                ":::",
                "1:2",
                "::1::",
                "1:2:3:4:5:6:7:8:9",
                "12345::",
                "fe80::1%eth0",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::1.2.3",
                "1:",
                ":1",
                "g::",
                "١.1.1.1",
                "1:2:3:4:5:6:7:8::"
            })
    void find_noAddress(String text) {
        assertTrue(IpAddress.find(text).isEmpty(), text);
    }

    @Test
    void network_andLast() {
        assertEquals("10.1.2.0", IpAddress.parse("10.1.2.200").network(24).toString());
        assertEquals("10.1.2.255", IpAddress.parse("10.1.2.200").last(24).toString());
        assertEquals("0.0.0.0", IpAddress.parse("10.1.2.200").network(0).toString());
        assertEquals("10.1.2.200", IpAddress.parse("10.1.2.200").last(32).toString());
        assertEquals(
                "fd42:1:2:3::", IpAddress.parse("fd42:1:2:3::99").network(64).toString());
        assertEquals(
                "fd42:1:2:3:ffff:ffff:ffff:ffff",
                IpAddress.parse("fd42:1:2:3::99").last(64).toString());
        assertEquals(
                "fd42:1:2:3::ff", IpAddress.parse("fd42:1:2:3::99").last(120).toString());
        assertEquals("::", IpAddress.parse("fd42::1").network(0).toString());
    }

    @Test
    void plus_acrossTheMiddle() {
        assertEquals(
                "0:0:0:1::", IpAddress.parse("::ffff:ffff:ffff:ffff").plus(1).toString());
        assertEquals(
                "::ffff:ffff:ffff:ffff", IpAddress.parse("::1:0:0:0:0").plus(-1).toString());
        assertEquals("10.0.1.0", IpAddress.parse("10.0.0.255").plus(1).toString());
    }

    @Test
    void kinds() {
        assertTrue(IpAddress.parse("fe80::1").isLinkLocal());
        assertTrue(IpAddress.parse("169.254.3.4").isLinkLocal());
        assertFalse(IpAddress.parse("fd42::1").isLinkLocal());
        assertTrue(IpAddress.parse("127.1.1.1").isLoopback());
        assertTrue(IpAddress.parse("fd42::1").isGlobalUnicast());
        assertTrue(IpAddress.parse("ff02::1").isMulticast());
    }

    @Test
    void macAddress_andItsInterfacePart() {
        var mac = MacAddress.parse("00:16:3e:73:b2:f3");
        assertEquals("00:16:3e:73:b2:f3", mac.toString());
        assertEquals("::216:3eff:fe73:b2f3", IpAddress.v6(0, mac.eui64()).toString());
        assertArrayEquals(new byte[] {0, 0x16, 0x3e, 0x73, (byte) 0xb2, (byte) 0xf3}, mac.bytes());
        assertTrue(MacAddress.find("00:16:3e:73:b2").isEmpty());
        assertTrue(MacAddress.find("00-16-3e-73-b2-f3").isEmpty());
        assertTrue(MacAddress.find("00:16:3e:73:b2:g3").isEmpty());
    }
}
