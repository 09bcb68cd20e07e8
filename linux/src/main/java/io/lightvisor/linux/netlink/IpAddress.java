package io.lightvisor.linux.netlink;

import java.util.Optional;

/// An IPv4 or IPv6 address, as a number: `high` is zero for IPv4, whose 32 bits are the low ones of `low`.
/// Ordered by family, then by number.
public record IpAddress(boolean v6, long high, long low) implements Comparable<IpAddress> {
    public IpAddress {
        if (!v6 && (high != 0 || low >>> 32 != 0)) {
            throw new IllegalArgumentException("not an IPv4 address: " + Long.toHexString(low));
        }
    }

    public static IpAddress v4(long bits) {
        return new IpAddress(false, 0, bits & 0xffffffffL);
    }

    public static IpAddress v6(long high, long low) {
        return new IpAddress(true, high, low);
    }

    /// From 4 or 16 bytes in network order.
    public static IpAddress of(byte[] bytes) {
        return switch (bytes.length) {
            case 4 -> v4(number(bytes, 0, 4));
            case 16 -> v6(number(bytes, 0, 8), number(bytes, 8, 8));
            default -> throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
        };
    }

    private static long number(byte[] bytes, int from, int count) {
        long n = 0;
        for (int i = from; i < from + count; i++) {
            n = n << 8 | bytes[i] & 0xff;
        }
        return n;
    }

    /// The bytes in network order, 4 or 16.
    public byte[] bytes() {
        var bytes = new byte[v6 ? 16 : 4];
        long rest = low;
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (i == 7 && v6) {
                rest = high;
            }
            bytes[i] = (byte) rest;
            rest >>>= 8;
        }
        return bytes;
    }

    /// Address bits: 32 or 128.
    public int bits() {
        return v6 ? 128 : 32;
    }

    /// `inet` or `inet6`.
    public String family() {
        return v6 ? "inet6" : "inet";
    }

    /// The first address of the prefix that holds this one.
    public IpAddress network(int prefix) {
        if (!v6) {
            return v4(low & mask(prefix + 32));
        }
        return prefix <= 64 ? v6(high & mask(prefix), 0) : v6(high, low & mask(prefix - 64));
    }

    /// The last address of the prefix that holds this one.
    public IpAddress last(int prefix) {
        if (!v6) {
            return v4(low | ~mask(prefix + 32));
        }
        return prefix <= 64 ? v6(high | ~mask(prefix), -1L) : v6(high, low | ~mask(prefix - 64));
    }

    private static long mask(int ones) {
        return ones <= 0 ? 0 : ones >= 64 ? -1L : -1L << (64 - ones);
    }

    /// This address and `count` more. Wraps at the end of the numbers.
    public IpAddress plus(long count) {
        if (!v6) {
            return v4(low + count);
        }
        long sum = low + count;
        long carry =
                count >= 0 ? (Long.compareUnsigned(sum, low) < 0 ? 1 : 0) : Long.compareUnsigned(sum, low) > 0 ? -1 : 0;
        return v6(high + carry, sum);
    }

    public boolean isLoopback() {
        return v6 ? high == 0 && low == 1 : low >>> 24 == 127;
    }

    /// fe80::/10, or 169.254.0.0/16.
    public boolean isLinkLocal() {
        return v6 ? high >>> 54 == 0x3fa : low >>> 16 == 0xa9fe;
    }

    public boolean isMulticast() {
        return v6 ? high >>> 56 == 0xff : low >>> 28 == 0xe;
    }

    /// Neither loopback, link-local, multicast nor zero.
    public boolean isGlobalUnicast() {
        return !isLoopback() && !isLinkLocal() && !isMulticast() && (high | low) != 0 && !(!v6 && low == 0xffffffffL);
    }

    /// Reads a text form: dotted quad without leading zeros, or RFC 4291 section 2.2 (no zone).
    public static Optional<IpAddress> find(String text) {
        return text.indexOf(':') >= 0 ? findV6(text) : findV4(text, 0, text.length());
    }

    /// As [#find].
    ///
    /// @throws IllegalArgumentException if the text is no address
    public static IpAddress parse(String text) {
        return find(text).orElseThrow(() -> new IllegalArgumentException("not an IP address: " + text));
    }

    private static Optional<IpAddress> findV4(String text, int from, int to) {
        long bits = 0;
        int at = from;
        for (int part = 0; part < 4; part++) {
            if (part > 0) {
                if (at >= to || text.charAt(at++) != '.') {
                    return Optional.empty();
                }
            }
            int start = at;
            int value = 0;
            while (at < to && text.charAt(at) >= '0' && text.charAt(at) <= '9' && at - start < 3) {
                value = value * 10 + text.charAt(at++) - '0';
            }
            if (at == start || value > 255 || at - start > 1 && text.charAt(start) == '0') {
                return Optional.empty();
            }
            bits = bits << 8 | value;
        }
        return at == to ? Optional.of(v4(bits)) : Optional.empty();
    }

    private static Optional<IpAddress> findV6(String text) {
        var groups = new int[8];
        int count = 0;
        int gap = -1;
        int at = 0;
        int length = text.length();
        if (text.startsWith("::")) {
            gap = 0;
            at = 2;
        }
        while (at < length) {
            if (count == 8) {
                return Optional.empty();
            }
            int start = at;
            int value = 0;
            while (at < length
                    && at - start < 4
                    && Character.digit(text.charAt(at), 16) >= 0
                    && text.charAt(at) < 0x80) {
                value = value << 4 | Character.digit(text.charAt(at++), 16);
            }
            if (at < length && text.charAt(at) == '.') {
                var tail = findV4(text, start, length);
                if (tail.isEmpty() || count > 6) {
                    return Optional.empty();
                }
                groups[count++] = (int) (tail.get().low >> 16);
                groups[count++] = (int) (tail.get().low & 0xffff);
                at = length;
                break;
            }
            if (at == start) {
                return Optional.empty();
            }
            groups[count++] = value;
            if (at == length) {
                break;
            }
            if (text.charAt(at++) != ':' || at == length) {
                return Optional.empty();
            }
            if (text.charAt(at) == ':') {
                if (gap >= 0) {
                    return Optional.empty();
                }
                gap = count;
                at++;
            }
        }
        if (gap < 0 ? count != 8 : count > 7) {
            return Optional.empty();
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < 8; i++) {
            int behind = 8 - (count - Math.max(gap, 0));
            int group = gap < 0 || i < gap ? groups[i] : i < behind ? 0 : groups[i - behind + gap];
            if (i < 4) {
                high = high << 16 | group;
            } else {
                low = low << 16 | group;
            }
        }
        return Optional.of(v6(high, low));
    }

    /// The usual text form; IPv6 by RFC 5952.
    @Override
    public String toString() {
        if (!v6) {
            return (low >> 24) + "." + (low >> 16 & 255) + "." + (low >> 8 & 255) + "." + (low & 255);
        }
        var groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (int) ((i < 4 ? high >>> (48 - 16 * i) : low >>> (112 - 16 * i)) & 0xffff);
        }
        int best = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; i++) {
            int n = 0;
            while (i + n < 8 && groups[i + n] == 0) {
                n++;
            }
            if (n > bestLength) {
                best = i;
                bestLength = n;
            }
        }
        var text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == best) {
                text.append("::");
                i += bestLength - 1;
                continue;
            }
            if (i > 0 && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }

    @Override
    public int compareTo(IpAddress other) {
        if (v6 != other.v6) {
            return v6 ? 1 : -1;
        }
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }
}
