package io.lightvisor.model.config;

import static io.lightvisor.model.config.Checks.quoted;

import io.lightvisor.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Lines of liblxc's own configuration, `raw.lxc`: `KEY = VALUE`, comments with `#`. The keys that people set are
/// honoured; others are refused by name and line, because nothing would come of them. Some are the server's alone.
///
///     lxc.mount.entry = /srv/data srv/data none bind,ro,create=dir 0 0
///     lxc.cgroup.memory.swappiness = 10
public record RawLxc(List<Line> lines) {
    /// One line, counted from 1. The key is in lower case and in its new spelling.
    public record Line(int number, String key, String value) {
        /// For messages: `line 3 of raw.lxc (lxc.cap.drop)`.
        public String place() {
            return "line " + number + " of raw.lxc (" + key + ")";
        }
    }

    /// Names liblxc had before its version 2.1.
    private static final Map<String, String> RENAMED = Map.of(
            "lxc.aa_profile", "lxc.apparmor.profile",
            "lxc.init_cmd", "lxc.init.cmd");

    private static final List<String> HONOURED = List.of(
            "lxc.apparmor.profile",
            "lxc.cap.drop",
            "lxc.cap.keep",
            "lxc.environment",
            "lxc.init.cmd",
            "lxc.mount.auto",
            "lxc.mount.entry");

    private static final List<String> HONOURED_FAMILIES =
            List.of("lxc.cgroup.", "lxc.cgroup2.", "lxc.sysctl.", "lxc.proc.");

    /// What is not honoured, and what to do instead: the beginning of the key, the reason.
    private static final String[][] REFUSED = {
        {"lxc.hook.", "programs of the host are not run for a container; a guest can run its own at boot"},
        {"lxc.idmap", "use raw.idmap"},
        {"lxc.id_map", "use raw.idmap"},
        {"lxc.seccomp", "use raw.seccomp or security.syscalls.*"},
        {"lxc.rootfs", "the root is a volume of a storage pool"},
        {"lxc.mount.fstab", "use lxc.mount.entry, or a disk device"},
        {"lxc.mount", "use lxc.mount.entry, or a disk device"},
        {"lxc.include", "put the lines themselves here"},
        {"lxc.uts.name", "the host name is the instance's name"},
        {"lxc.arch", "the architecture is the instance's"},
        {"lxc.namespace", "containers have namespaces of their own"},
        {"lxc.selinux", "SELinux is not used"},
        {"lxc.start.", "use boot.autostart*"},
        {"lxc.group", "use profiles or user.* keys"},
        {"lxc.log.", "the server keeps the log"},
        {"lxc.console.", "the server keeps the console"},
        {"lxc.tty.", "containers have their console, and terminals by exec"},
        {"lxc.apparmor.", "use raw.apparmor"},
    };

    public RawLxc {
        lines = List.copyOf(lines);
    }

    /// Reads lines that [#complaint] has nothing to say about.
    ///
    /// @throws io.lightvisor.model.ProblemException `BadRequest` otherwise
    public static RawLxc parse(String text) {
        var lines = new ArrayList<Line>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.isBlank() || line.strip().startsWith("#")) {
                continue;
            }
            String complaint = complaint(number, line);
            if (!complaint.isEmpty()) {
                throw Problem.badRequest(complaint).exception();
            }
            int equals = line.indexOf('=');
            lines.add(new Line(
                    number, key(line, equals), line.substring(equals + 1).strip()));
        }
        return new RawLxc(lines);
    }

    static String complaint(String text) {
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String complaint = line.isBlank() || line.strip().startsWith("#") ? "" : complaint(number, line);
            if (!complaint.isEmpty()) {
                return complaint;
            }
        }
        return "";
    }

    private static String key(String line, int equals) {
        String key = line.substring(0, equals).strip().toLowerCase(Locale.ROOT);
        return RENAMED.getOrDefault(key, key);
    }

    private static String complaint(int number, String line) {
        int equals = line.indexOf('=');
        if (equals < 0) {
            return "Invalid raw.lxc line: " + line;
        }
        String key = key(line, equals);
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
        if (key.startsWith("lxc.net.")) {
            return isInterfaceAddress(key) ? "" : "Only interface-specific ipv4/ipv6 lxc.net. keys are allowed";
        }
        if (HONOURED.contains(key)) {
            return "";
        }
        for (String family : HONOURED_FAMILIES) {
            if (key.startsWith(family) && key.length() > family.length()) {
                return "";
            }
        }
        for (var refused : REFUSED) {
            if (key.startsWith(refused[0])) {
                return "Line " + number + " of raw.lxc: " + quoted(key) + " is not supported: " + refused[1];
            }
        }
        return "Line " + number + " of raw.lxc: unknown key " + quoted(key);
    }

    private static boolean isInterfaceAddress(String key) {
        var parts = key.split("\\.", -1);
        return parts.length == 5
                && (parts[3].equals("ipv4") || parts[3].equals("ipv6"))
                && (parts[4].equals("address") || parts[4].equals("gateway"));
    }
}
