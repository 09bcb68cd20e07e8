package io.lightvisor.network;

import io.lightvisor.linux.netlink.IpAddress;
import java.util.Optional;

/// An address with the length of its prefix, as bridges have it: `10.1.2.1/24`.
///
/// @param prefix 0 to 32 or 128
public record Cidr(IpAddress address, int prefix) {
    public Cidr {
        if (prefix < 0 || prefix > address.bits()) {
            throw new IllegalArgumentException("no prefix of " + address + " has " + prefix + " bits");
        }
    }

    /// Reads `10.1.2.1/24`.
    public static Optional<Cidr> find(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        var address = IpAddress.find(text.substring(0, slash));
        int prefix = number(text.substring(slash + 1));
        return address.isPresent() && prefix >= 0 && prefix <= address.get().bits()
                ? Optional.of(new Cidr(address.get(), prefix))
                : Optional.empty();
    }

    private static int number(String digits) {
        if (digits.isEmpty() || digits.length() > 3 || digits.length() > 1 && digits.charAt(0) == '0') {
            return -1;
        }
        int n = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            n = n * 10 + c - '0';
        }
        return n;
    }

    /// The first address of the prefix.
    public IpAddress first() {
        return address.network(prefix);
    }

    /// The last address of the prefix.
    public IpAddress last() {
        return address.last(prefix);
    }

    /// The prefix itself: `10.1.2.0/24`.
    public Cidr subnet() {
        return new Cidr(first(), prefix);
    }

    public boolean contains(IpAddress other) {
        return other.v6() == address.v6() && other.network(prefix).equals(first());
    }

    public boolean overlaps(Cidr other) {
        return prefix <= other.prefix ? contains(other.address) : other.contains(address);
    }

    @Override
    public String toString() {
        return address + "/" + prefix;
    }
}
