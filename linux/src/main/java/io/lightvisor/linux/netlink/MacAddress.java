package io.lightvisor.linux.netlink;

import java.util.Optional;

/// A hardware address of six bytes, IEEE 802. The number holds them in the order of writing.
public record MacAddress(long bits) {
    public MacAddress {
        if (bits >>> 48 != 0) {
            throw new IllegalArgumentException("a hardware address has 48 bits");
        }
    }

    public static MacAddress of(byte[] bytes) {
        long n = 0;
        for (int i = 0; i < 6; i++) {
            n = n << 8 | bytes[i] & 0xff;
        }
        return new MacAddress(n);
    }

    public byte[] bytes() {
        var bytes = new byte[6];
        for (int i = 0; i < 6; i++) {
            bytes[i] = (byte) (bits >>> (40 - 8 * i));
        }
        return bytes;
    }

    /// Reads six pairs of hexadecimal digits with colons: `00:16:3e:4a:07:c7`.
    public static Optional<MacAddress> find(String text) {
        if (text.length() != 17) {
            return Optional.empty();
        }
        long n = 0;
        for (int i = 0; i < 17; i++) {
            char c = text.charAt(i);
            if (i % 3 == 2) {
                if (c != ':') {
                    return Optional.empty();
                }
                continue;
            }
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return Optional.empty();
            }
            n = n << 4 | digit;
        }
        return Optional.of(new MacAddress(n));
    }

    /// As [#find].
    ///
    /// @throws IllegalArgumentException if the text is no hardware address
    public static MacAddress parse(String text) {
        return find(text).orElseThrow(() -> new IllegalArgumentException("not a hardware address: " + text));
    }

    /// The interface part that stateless address configuration makes of it: RFC 4291, appendix A (modified EUI-64).
    public long eui64() {
        long high = bits >>> 24;
        return (high ^ 0x020000) << 40 | 0xfffeL << 24 | bits & 0xffffff;
    }

    @Override
    public String toString() {
        var text = new StringBuilder(17);
        for (int i = 40; i >= 0; i -= 8) {
            int b = (int) (bits >>> i) & 0xff;
            if (i < 40) {
                text.append(':');
            }
            text.append(Character.forDigit(b >> 4, 16)).append(Character.forDigit(b & 15, 16));
        }
        return text.toString();
    }
}
