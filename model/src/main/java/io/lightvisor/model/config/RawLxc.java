package io.lightvisor.model.config;

import static io.lightvisor.model.config.Checks.quoted;

import java.util.Locale;

/// Lines of liblxc's own configuration, `raw.lxc`: `KEY = VALUE`, comments with `#`. Some keys are the server's alone.
final class RawLxc {
    private RawLxc() {}

    static String complaint(String text) {
        for (String line : text.split("\n", -1)) {
            String complaint = line.isBlank() || line.strip().startsWith("#") ? "" : line(line);
            if (!complaint.isEmpty()) {
                return complaint;
            }
        }
        return "";
    }

    private static String line(String line) {
        int equals = line.indexOf('=');
        if (equals < 0) {
            return "Invalid raw.lxc line: " + line;
        }
        String key = line.substring(0, equals).strip().toLowerCase(Locale.ROOT);
        if (key.equals("lxc.logfile") || key.equals("lxc.log.file")) {
            return "Setting lxc.logfile is not allowed";
        }
        if (key.equals("lxc.syslog") || key.equals("lxc.log.syslog")) {
            return "Setting lxc.log.syslog is not allowed";
        }
        if (key.equals("lxc.ephemeral")) {
            return "Setting lxc.ephemeral is not allowed";
        }
        if (key.startsWith("lxc.prlimit.")) {
            return "Process limits should be set via \"limits.kernel.[limit name]\" and not directly via "
                    + quoted("lxc.prlimit.[limit name]");
        }
        if (key.startsWith("lxc.net.") && !isInterfaceAddress(key)) {
            return "Only interface-specific ipv4/ipv6 lxc.net. keys are allowed";
        }
        return "";
    }

    private static boolean isInterfaceAddress(String key) {
        var parts = key.split("\\.", -1);
        return parts.length == 5
                && (parts[3].equals("ipv4") || parts[3].equals("ipv6"))
                && (parts[4].equals("address") || parts[4].equals("gateway"));
    }
}
