package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;
import io.lightvisor.linux.netlink.MacAddress;
import java.nio.ByteBuffer;

/// Writes the message by which a client gives its address back: DHCPRELEASE, RFC 2131. An instance that is deleted
/// cannot say it any more, and its address would be lost until the lease ends.
final class DhcpRelease {
    static final int SERVER_PORT = 67;

    private static final int LENGTH = 300;
    private static final int BOOTREQUEST = 1;
    private static final int ETHERNET = 1;
    private static final int COOKIE = 0x63825363;
    private static final int MESSAGE_TYPE = 53;
    private static final int RELEASE = 7;
    private static final int SERVER_IDENTIFIER = 54;
    private static final int CLIENT_IDENTIFIER = 61;
    private static final int END = 255;
    private static final int CLIENT_ADDRESS_AT = 12;
    private static final int HARDWARE_ADDRESS_AT = 28;
    private static final int OPTIONS_AT = 236;
    private static final int LONGEST_IDENTIFIER = 32;

    private DhcpRelease() {}

    /// @param server the server's own address in the client's subnet
    /// @param identifier what the client called itself by, empty if nothing
    static byte[] message(IpAddress client, MacAddress hwaddr, byte[] identifier, IpAddress server, int transaction) {
        var out = ByteBuffer.allocate(LENGTH);
        out.put((byte) BOOTREQUEST)
                .put((byte) ETHERNET)
                .put((byte) 6)
                .put((byte) 0)
                .putInt(transaction);
        out.put(CLIENT_ADDRESS_AT, client.bytes());
        out.put(HARDWARE_ADDRESS_AT, hwaddr.bytes());
        out.position(OPTIONS_AT);
        out.putInt(COOKIE);
        out.put((byte) MESSAGE_TYPE).put((byte) 1).put((byte) RELEASE);
        out.put((byte) SERVER_IDENTIFIER).put((byte) 4).put(server.bytes());
        if (identifier.length > 0 && identifier.length <= LONGEST_IDENTIFIER) {
            out.put((byte) CLIENT_IDENTIFIER).put((byte) identifier.length).put(identifier);
        }
        out.put((byte) END);
        return out.array();
    }

    /// The bytes of `01:00:16:3e:40:68:38`; empty if the text is `*` or something else.
    static byte[] identifier(String text) {
        int count = (text.length() + 1) / 3;
        if (text.length() != count * 3 - 1) {
            return new byte[0];
        }
        var bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            int high = Character.digit(text.charAt(3 * i), 16);
            int low = Character.digit(text.charAt(3 * i + 1), 16);
            if (high < 0 || low < 0) {
                return new byte[0];
            }
            bytes[i] = (byte) (high << 4 | low);
        }
        return bytes;
    }
}
