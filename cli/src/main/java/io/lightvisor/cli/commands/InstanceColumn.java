package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.cli.out.Times;
import io.lightvisor.cli.out.Units;
import io.lightvisor.cli.session.CliException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One column of `lxc list`: a letter, or a configuration key.
final class InstanceColumn {
    private static final String LETTERS = "46abcdDefFhlLmMnNpPsStu";
    private static final String WITH_STATE = "46DhmMNpSu";

    private final char letter;
    private final String key;
    private final boolean device;
    private final String header;
    private final int width;

    private InstanceColumn(char letter, String key, boolean device, String header, int width) {
        this.letter = letter;
        this.key = key;
        this.device = device;
        this.header = header;
        this.width = width;
    }

    /// Understands what stands behind `-c`.
    static List<InstanceColumn> parse(String text) throws CliException {
        ArrayList<InstanceColumn> columns = new ArrayList<>();
        int start = 0;
        while (start <= text.length()) {
            int end = text.indexOf(',', start);
            String part = end < 0 ? text.substring(start) : text.substring(start, end);
            start = end < 0 ? text.length() + 1 : end + 1;
            if (part.isEmpty()) {
                throw new CliException("Empty column entry (redundant, leading or trailing command) in '" + text + "'");
            }
            if (part.indexOf('.') >= 0 || part.startsWith("config:") || part.startsWith("devices:")) {
                columns.add(custom(part));
                continue;
            }
            for (int i = 0; i < part.length(); i++) {
                char c = part.charAt(i);
                if (LETTERS.indexOf(c) < 0) {
                    throw new CliException("Unknown column shorthand char '" + c + "' in '" + part + "'");
                }
                columns.add(new InstanceColumn(c, "", false, header(c), -1));
            }
        }
        return columns;
    }

    private static InstanceColumn custom(String text) throws CliException {
        boolean device = text.startsWith("devices:");
        String rest = device ? text.substring(8) : text.startsWith("config:") ? text.substring(7) : text;
        int first = rest.indexOf(':');
        String key = first < 0 ? rest : rest.substring(0, first);
        String name = "";
        int width = -1;
        if (first >= 0) {
            int second = rest.indexOf(':', first + 1);
            name = second < 0 ? rest.substring(first + 1) : rest.substring(first + 1, second);
            if (second >= 0) {
                try {
                    width = Integer.parseInt(rest.substring(second + 1));
                } catch (NumberFormatException failure) {
                    throw new CliException("Invalid max width (must be an integer) '" + rest.substring(second + 1)
                            + "' in '" + text + "'");
                }
                if (width < -1) {
                    throw new CliException(
                            "Invalid max width (must -1, 0 or a positive integer) '" + width + "' in '" + text + "'");
                }
            }
        }
        if (key.isEmpty() || (device && key.indexOf('.') < 0)) {
            throw new CliException("Invalid config key column format (too few fields) in '" + text + "'");
        }
        String header = first < 0 || (name.isEmpty() && width < 0) ? key : name;
        if (name.isEmpty() && width == 0) {
            header = key;
        }
        return new InstanceColumn(' ', key, device, header, width == 0 ? header.length() : width);
    }

    private static String header(char letter) {
        return switch (letter) {
            case '4' -> "IPV4";
            case '6' -> "IPV6";
            case 'a' -> "ARCHITECTURE";
            case 'b' -> "STORAGE POOL";
            case 'c' -> "CREATED AT";
            case 'd' -> "DESCRIPTION";
            case 'D' -> "DISK USAGE";
            case 'e' -> "PROJECT";
            case 'f', 'F' -> "BASE IMAGE";
            case 'h' -> "HEALTH";
            case 'l' -> "LAST USED AT";
            case 'L' -> "LOCATION";
            case 'm' -> "MEMORY USAGE";
            case 'M' -> "MEMORY USAGE%";
            case 'n' -> "NAME";
            case 'N' -> "PROCESSES";
            case 'p' -> "PID";
            case 'P' -> "PROFILES";
            case 's' -> "STATE";
            case 'S' -> "SNAPSHOTS";
            case 't' -> "TYPE";
            default -> "CPU USAGE";
        };
    }

    String header() {
        return header;
    }

    boolean needsState() {
        return WITH_STATE.indexOf(letter) >= 0;
    }

    boolean isLocation() {
        return letter == 'L';
    }

    String value(JsonObject instance) {
        JsonObject state = instance.object("state");
        switch (letter) {
            case '4':
                return addresses(state, "inet");
            case '6':
                return addresses(state, "inet6");
            case 'a':
                return instance.text("architecture");
            case 'b':
                return pool(instance);
            case 'c':
                return Times.minute(instance.text("created_at"));
            case 'd':
                return instance.text("description");
            case 'D':
                return disk(state);
            case 'e':
                return instance.text("project");
            case 'f':
                return shortened(instance.object("config").text("volatile.base_image"), 12);
            case 'F':
                return instance.object("config").text("volatile.base_image");
            case 'h':
                return state.text("health").toUpperCase(Locale.ROOT);
            case 'l':
                return Times.minute(instance.text("last_used_at"));
            case 'L':
                return instance.text("location");
            case 'm':
                long bytes = state.object("memory").number("usage");
                return running(instance) && bytes > 0 ? Units.binary(bytes) : "";
            case 'M':
                return memoryShare(instance, state);
            case 'n':
                return instance.text("name");
            case 'N':
                return running(instance) ? Long.toString(state.number("processes")) : "";
            case 'p':
                return running(instance) ? Long.toString(state.number("pid")) : "";
            case 'P':
                return join(instance.texts("profiles"), "\n");
            case 's':
                return instance.text("status").toUpperCase(Locale.ROOT);
            case 'S':
                return Integer.toString(instance.objects("snapshots").size());
            case 't':
                return type(instance);
            case 'u':
                long nanos = state.object("cpu").number("usage");
                return running(instance) && nanos > 0 ? nanos / 1_000_000_000 + "s" : "";
            default:
                return shortened(custom(instance), width);
        }
    }

    private String custom(JsonObject instance) {
        if (device) {
            int dot = key.indexOf('.');
            return instance.object("expanded_devices")
                    .object(key.substring(0, dot))
                    .text(key.substring(dot + 1));
        }
        return instance.object("expanded_config").text(key);
    }

    private static String shortened(String text, int width) {
        return width >= 0 && text.length() > width ? text.substring(0, width) : text;
    }

    private static boolean running(JsonObject instance) {
        String status = instance.text("status");
        return status.equals("Running") || status.equals("Ready") || status.equals("Frozen");
    }

    private static String type(JsonObject instance) {
        String type = instance.text("type").equals("virtual-machine") ? "VIRTUAL-MACHINE" : "CONTAINER";
        return instance.flag("ephemeral") ? type + " (EPHEMERAL)" : type;
    }

    private static String addresses(JsonObject state, String family) {
        ArrayList<String> found = new ArrayList<>();
        JsonObject network = state.object("network");
        for (String name : network.keys()) {
            JsonObject nic = network.object(name);
            if (nic.text("type").equals("loopback")) {
                continue;
            }
            for (JsonObject address : nic.objects("addresses")) {
                String scope = address.text("scope");
                if (address.text("family").equals(family) && !scope.equals("link") && !scope.equals("local")) {
                    found.add(address.text("address") + " (" + name + ")");
                }
            }
        }
        found.sort(new java.util.Comparator<String>() {
            @Override
            public int compare(String a, String b) {
                return b.compareTo(a);
            }
        });
        return join(found, "\n");
    }

    private static String pool(JsonObject instance) {
        JsonObject devices = instance.object("expanded_devices");
        for (String name : devices.keys()) {
            JsonObject device = devices.object(name);
            if (device.text("type").equals("disk") && device.text("path").equals("/")) {
                return device.text("pool");
            }
        }
        return "";
    }

    private static String disk(JsonObject state) {
        long usage = state.object("disk").object("root").number("usage");
        return usage > 0 ? Units.binary(usage) : "";
    }

    private static String memoryShare(JsonObject instance, JsonObject state) {
        long usage = state.object("memory").number("usage");
        long total = Sizes.bytes(instance.object("expanded_config").text("limits.memory"));
        return usage > 0 && total > 0 ? Units.fixed(usage * 100.0 / total, 1) + "%" : "";
    }

    private static String join(List<String> texts, String between) {
        StringBuilder out = new StringBuilder();
        for (String text : texts) {
            if (out.length() > 0) {
                out.append(between);
            }
            out.append(text);
        }
        return out.toString();
    }
}
