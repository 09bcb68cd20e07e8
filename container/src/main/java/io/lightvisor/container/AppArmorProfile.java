package io.lightvisor.container;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Writes the AppArmor profile of a container. What a guest's root may do is bounded by its user namespace
/// already; the profile is the second fence, and the only one between a privileged container and the host's
/// knobs. Grammar: apparmor.d(5). The only text that is a user's is `raw.apparmor`, which an administrator
/// writes, and which is checked to
/// stay inside the profile.
final class AppArmorProfile {
    private AppArmorProfile() {}

    /// The profile's name. What it depends on is in it, so containers of one kind share one.
    static String name(String daemonTag, StartSpec spec) {
        String raw = spec.security().rawAppArmor();
        return "lightvisor-" + (spec.privileged() ? "privileged" : "unprivileged") + (spec.nesting() ? "-nesting" : "")
                + (raw.isBlank() ? "" : "-" + digest(raw)) + "_" + plain(daemonTag);
    }

    /// @param name from [#name]
    static String text(String name, StartSpec spec) {
        var out = new StringBuilder(4096);
        out.append("abi <abi/3.0>,\ninclude <tunables/global>\n");
        out.append("profile \"").append(name).append("\" flags=(attach_disconnected,mediate_deleted) {\n");
        allow(out, name);
        deny(out);
        if (spec.privileged()) {
            denyPrivileged(out);
        } else {
            out.append(
                    "  # Mounts in a user namespace reach nothing that its root could not reach anyway.\n  mount,\n");
        }
        if (spec.nesting()) {
            out.append("  pivot_root,\n  mount,\n  deny /dev/.lxc/{proc,sys}/** w,\n");
        }
        raw(out, spec.security().rawAppArmor());
        return out.append("}\n").toString();
    }

    private static void allow(StringBuilder out, String name) {
        out.append("  capability,\n  dbus,\n  file,\n  network,\n  umount,\n  unix,\n");
        // From the host: the daemon asks init to halt, and kills.
        out.append("  signal (receive),\n");
        out.append("  signal (send) peer=\"").append(name).append("\",\n");
        out.append("  ptrace (readby, tracedby),\n");
        out.append("  ptrace (read, trace) peer=\"").append(name).append("\",\n");
        out.append("  change_profile -> \"").append(name).append("\",\n");
        for (String type : new String[] {"proc", "sysfs", "tmpfs", "ramfs", "mqueue", "hugetlbfs", "fuse", "fuse.*"}) {
            out.append("  mount fstype=").append(type).append(",\n");
        }
        out.append("  mount options=(rw,rbind),\n  mount options=(rw,bind),\n");
        out.append("  mount options=(rw,make-slave) -> **,\n  mount options=(rw,make-rslave) -> **,\n");
        out.append("  mount options=(rw,make-shared) -> **,\n  mount options=(rw,make-rshared) -> **,\n");
        out.append("  mount options=(rw,make-private) -> **,\n  mount options=(rw,make-rprivate) -> **,\n");
        out.append("  mount options=(ro,nosuid,nodev,noexec,remount,bind),\n");
    }

    private static void deny(StringBuilder out) {
        for (String path : new String[] {
            "@{PROC}/sysrq-trigger", "@{PROC}/kcore", "@{PROC}/kmem", "@{PROC}/mem",
        }) {
            out.append("  deny ").append(path).append(" rwklx,\n");
        }
        for (String path : new String[] {
            "@{PROC}/acpi/**",
            "@{PROC}/bus/**",
            "@{PROC}/sys/fs/**",
            "/sys/firmware/efi/efivars/**",
            "/sys/kernel/security/**",
            "/sys/kernel/debug/**",
            "/sys/kernel/config/**",
            "/sys/kernel/tracing/**",
        }) {
            out.append("  deny ").append(path).append(" wklx,\n");
        }
    }

    private static void denyPrivileged(StringBuilder out) {
        out.append("  deny @{PROC}/sys/[^kn]*{,/**} wklx,\n");
        out.append("  deny @{PROC}/sys/kernel/[^shmd]*{,/**} wklx,\n");
        out.append("  deny /sys/[^fdck]*{,/**} wklx,\n");
        out.append("  deny /sys/fs/[^c]*{,/**} wklx,\n");
        out.append("  deny mount fstype=debugfs,\n  deny mount fstype=securityfs,\n");
    }

    /// A brace that closes the profile would let the rest of the text define others.
    private static void raw(StringBuilder out, String raw) {
        int depth = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth < 0 || c < ' ' && c != '\n' && c != '\t' && c != '\r') {
                throw io.lightvisor.model.Problem.badRequest(
                                "raw.apparmor must be lines of one profile, with braces in pairs")
                        .exception();
            }
        }
        if (depth != 0) {
            throw io.lightvisor.model.Problem.badRequest(
                            "raw.apparmor must be lines of one profile, with braces in pairs")
                    .exception();
        }
        if (!raw.isBlank()) {
            out.append(raw).append('\n');
        }
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String plain(String text) {
        var out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean word = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_';
            out.append(word ? c : '_');
        }
        return out.toString();
    }
}
