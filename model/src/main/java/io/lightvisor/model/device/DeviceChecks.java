package io.lightvisor.model.device;

import io.lightvisor.model.Problem;
import io.lightvisor.model.config.Check;
import io.lightvisor.model.config.Checks;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Rules of values that only devices have.
final class DeviceChecks {
    static final Check MAC =
            v -> isHexBytes(v, 6) ? "" : "Invalid MAC address, must be 6 bytes of hex separated by colons";
    static final Check INFINIBAND_ADDRESS = v -> isHexBytes(v, 8) || isHexBytes(v, 20)
            ? ""
            : "Invalid value, must be either 8 or 20 bytes of hex separated by colons";
    static final Check MTU = v -> isNumber(v, 0xFFFFFFFFL) ? "" : "Invalid MTU " + quoted(v);
    static final Check INTERFACE_NAME = DeviceChecks::interfaceName;
    static final Check UNIX_ID = v -> isNumber(v, 0xFFFFFFFFL) ? "" : "Invalid value for a UNIX ID";
    static final Check FILE_MODE = v -> isOctal(v) ? "" : "Invalid value for an octal file mode";
    static final Check DEVICE_NUMBER = v -> isNumber(v, 0xFFFFFFFFL) ? "" : "Invalid value for a UNIX device number";
    static final Check PRODUCT_ID = v -> isProductId(v) ? "" : "Invalid value, must be four lower case hex characters";
    static final Check PCI_ADDRESS = v -> isPciAddress(v) ? "" : "Invalid PCI address";
    static final Check IN_DEV = v -> v.startsWith("/dev/") && !hasParentStep(v) ? "" : "Path needs to be in /dev";
    static final Check VLAN = DeviceChecks::vlan;
    static final Check VLAN_OR_NONE = v -> v.equals("none") ? "" : vlan(v);
    static final Check IPV4 = v -> address(v) instanceof Inet4Address ? "" : "Not an IPv4 address " + quoted(v);
    static final Check IPV6 = v -> address(v) instanceof Inet6Address ? "" : "Not an IPv6 address " + quoted(v);
    static final Check IPV4_NETWORKS = Checks.listOf(v -> network(v, false));
    static final Check IPV6_NETWORKS = Checks.listOf(v -> network(v, true));
    static final Check GATEWAY =
            v -> v.equals("auto") || v.equals("none") ? "" : "Invalid gateway: " + Problem.printable(v);
    static final Check IO_LIMIT = DeviceChecks::ioLimit;

    private DeviceChecks() {}

    static String quoted(String v) {
        return '"' + Problem.printable(v) + '"';
    }

    /// A literal address, never looked up; null if it is none.
    static @Nullable InetAddress address(String v) {
        try {
            if (v.indexOf(':') >= 0) {
                return v.indexOf('%') >= 0 ? null : Inet6Address.ofLiteral(v);
            }
            int dots = 0;
            for (int i = 0; i < v.length(); i++) {
                dots += v.charAt(i) == '.' ? 1 : 0;
            }
            // The JDK also takes the short forms of inet_aton(3).
            return dots == 3 ? Inet4Address.ofLiteral(v) : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    static boolean isNumber(String v, long most) {
        if (v.isEmpty() || v.length() > 10) {
            return false;
        }
        for (int i = 0; i < v.length(); i++) {
            if (v.charAt(i) < '0' || v.charAt(i) > '9') {
                return false;
            }
        }
        return Long.parseLong(v) <= most;
    }

    private static String network(String v, boolean six) {
        int slash = v.indexOf('/');
        var address = slash < 0 ? null : address(v.substring(0, slash));
        int bits = address == null ? 0 : address.getAddress().length * 8;
        if (address == null || !isNumber(v.substring(slash + 1), bits)) {
            return "invalid CIDR address: " + Problem.printable(v);
        }
        if (six != address instanceof Inet6Address || !isNetwork(address, Integer.parseInt(v.substring(slash + 1)))) {
            return (six ? "Not an IPv6 network address " : "Not an IPv4 network address ") + quoted(v);
        }
        return "";
    }

    /// Whether nothing is set behind the prefix.
    private static boolean isNetwork(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            if ((bytes[bit / 8] >> (7 - bit % 8) & 1) != 0) {
                return false;
            }
        }
        return true;
    }

    private static String interfaceName(String v) {
        if (v.length() < 2) {
            return "Network interface is too short (minimum 2 characters)";
        }
        if (v.length() > 15) {
            return "Network interface is too long (maximum 15 characters)";
        }
        for (int i = 0; i < v.length(); i++) {
            char c = v.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '/' || c == ':') {
                return "Network interface contains invalid characters";
            }
        }
        return v.equals("..") ? "Network interface contains invalid characters" : "";
    }

    private static String vlan(String v) {
        if (!isNumber(v, Integer.MAX_VALUE)) {
            return "Invalid VLAN ID " + quoted(v);
        }
        return Integer.parseInt(v) <= 4094 ? "" : "Out of VLAN ID range (0-4094) " + quoted(v);
    }

    private static String ioLimit(String v) {
        return v.endsWith("iops") && isNumber(v.substring(0, v.length() - 4), 0xFFFFFFFFL)
                ? ""
                : Checks.SIZE.complaint(v);
    }

    static boolean hasParentStep(String path) {
        return ("/" + path + "/").contains("/../");
    }

    private static boolean isOctal(String v) {
        for (int i = 0; i < v.length(); i++) {
            if (v.charAt(i) < '0' || v.charAt(i) > '7') {
                return false;
            }
        }
        return v.length() <= 5 && Integer.parseInt(v, 8) <= 07777;
    }

    private static boolean isProductId(String v) {
        for (int i = 0; i < v.length(); i++) {
            if ("0123456789abcdef".indexOf(v.charAt(i)) < 0) {
                return false;
            }
        }
        return v.length() == 4;
    }

    /// Bytes in hexadecimal, two digits each, with colons between.
    private static boolean isHexBytes(String v, int count) {
        if (v.length() != count * 3 - 1) {
            return false;
        }
        for (int i = 0; i < v.length(); i++) {
            char c = v.charAt(i);
            if (i % 3 == 2 ? c != ':' : !isHex(c)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    /// `[DDDD:]BB:DD.F`.
    private static boolean isPciAddress(String v) {
        String shape = v.length() == 12 ? "hhhh:hh:hh.h" : "hh:hh.h";
        if (v.length() != shape.length()) {
            return false;
        }
        for (int i = 0; i < v.length(); i++) {
            if (shape.charAt(i) == 'h' ? !isHex(v.charAt(i)) : v.charAt(i) != shape.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
