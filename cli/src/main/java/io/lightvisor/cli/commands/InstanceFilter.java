package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import java.net.InetAddress;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The filters of `lxc list`. Regular expressions are only compiled where plain comparing does not do.
final class InstanceFilter {
    private InstanceFilter() {}

    static boolean needsState(List<String> filters) {
        for (String filter : filters) {
            if (filter.startsWith("ipv4=") || filter.startsWith("ipv6=")) {
                return true;
            }
        }
        return false;
    }

    static boolean fits(JsonObject instance, List<String> filters) {
        for (String filter : filters) {
            int equals = filter.indexOf('=');
            boolean fits = equals < 0
                    ? nameFits(instance.text("name"), filter)
                    : valueFits(instance, filter.substring(0, equals), filter.substring(equals + 1));
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static boolean nameFits(String name, String filter) {
        if (name.startsWith(filter)) {
            return true;
        }
        if (isPlain(filter)) {
            return false;
        }
        try {
            String whole = filter.indexOf('^') >= 0 || filter.indexOf('$') >= 0 ? filter : "^" + filter + "$";
            return Pattern.compile(whole).matcher(name).find();
        } catch (PatternSyntaxException failure) {
            return false;
        }
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isLetterOrDigit(c) && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean valueFits(JsonObject instance, String key, String value) {
        return switch (key) {
            case "type" -> oneOf(instance.text("type"), value);
            case "status" -> oneOf(instance.text("status"), value);
            case "architecture" -> oneOf(instance.text("architecture"), value);
            case "location" -> oneOf(instance.text("location"), value);
            case "ipv4" -> addressFits(instance, "inet", value);
            case "ipv6" -> addressFits(instance, "inet6", value);
            default -> configFits(instance, key, value);
        };
    }

    private static boolean oneOf(String actual, String values) {
        for (String value : values.split(",", -1)) {
            if (value.equalsIgnoreCase(actual)) {
                return true;
            }
        }
        return false;
    }

    private static boolean configFits(JsonObject instance, String key, String value) {
        JsonObject config = instance.object("expanded_config");
        for (String name : config.keys()) {
            if (keyFits(name, key) && textFits(config.text(name), value)) {
                return true;
            }
        }
        if (!key.equals("name") && !key.equals("description")) {
            return false;
        }
        return textFits(instance.text(key), value);
    }

    /// Whether `u.blah` means `user.blah`: each part but the last may be shortened.
    private static boolean keyFits(String name, String key) {
        if (name.equals(key)) {
            return true;
        }
        String[] full = name.split("\\.", -1);
        String[] given = key.split("\\.", -1);
        if (full.length != given.length) {
            return false;
        }
        for (int i = 0; i < full.length; i++) {
            if (!full[i].startsWith(given[i])) {
                return false;
            }
        }
        return full[full.length - 1].equals(given[given.length - 1]);
    }

    private static boolean textFits(String actual, String value) {
        if (actual.equals(value)) {
            return true;
        }
        if (isPlain(value)) {
            return false;
        }
        try {
            return Pattern.compile("^(?:" + value + ")$").matcher(actual).find();
        } catch (PatternSyntaxException failure) {
            return false;
        }
    }

    private static boolean addressFits(JsonObject instance, String family, String values) {
        JsonObject network = instance.object("state").object("network");
        for (String name : network.keys()) {
            for (JsonObject address : network.object(name).objects("addresses")) {
                if (!address.text("family").equals(family)) {
                    continue;
                }
                for (String value : values.split(",", -1)) {
                    if (within(address.text("address"), value)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean within(String address, String range) {
        int slash = range.indexOf('/');
        if (slash < 0) {
            return address.equals(range);
        }
        try {
            byte[] one = InetAddress.ofLiteral(address).getAddress();
            byte[] other = InetAddress.ofLiteral(range.substring(0, slash)).getAddress();
            int bits = Integer.parseInt(range.substring(slash + 1));
            if (one.length != other.length || bits < 0 || bits > one.length * 8) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                int mask = 0x80 >> (i % 8);
                if ((one[i / 8] & mask) != (other[i / 8] & mask)) {
                    return false;
                }
            }
            return true;
        } catch (IllegalArgumentException failure) {
            return false;
        }
    }
}
