package io.lightvisor.container;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/// Names of capabilities, in the order of their numbers: include/uapi/linux/capability.h.
public final class Capabilities {
    private static final List<String> NAMES = List.of(
            "chown",
            "dac_override",
            "dac_read_search",
            "fowner",
            "fsetid",
            "kill",
            "setgid",
            "setuid",
            "setpcap",
            "linux_immutable",
            "net_bind_service",
            "net_broadcast",
            "net_admin",
            "net_raw",
            "ipc_lock",
            "ipc_owner",
            "sys_module",
            "sys_rawio",
            "sys_chroot",
            "sys_ptrace",
            "sys_pacct",
            "sys_admin",
            "sys_boot",
            "sys_nice",
            "sys_resource",
            "sys_time",
            "sys_tty_config",
            "mknod",
            "lease",
            "audit_write",
            "audit_control",
            "setfcap",
            "mac_override",
            "mac_admin",
            "syslog",
            "wake_alarm",
            "block_suspend",
            "audit_read",
            "perfmon",
            "bpf",
            "checkpoint_restore");

    /// All of them, as bits.
    public static final long ALL = (1L << NAMES.size()) - 1;

    private Capabilities() {}

    /// The number of a capability by its name (`sys_admin`, `CAP_SYS_ADMIN`) or number; empty if there is none.
    public static OptionalInt number(String name) {
        String plain = name.toLowerCase(Locale.ROOT);
        int index = NAMES.indexOf(plain.startsWith("cap_") ? plain.substring(4) : plain);
        if (index < 0 && !plain.isEmpty() && plain.length() < 3 && plain.chars().allMatch(c -> c >= '0' && c <= '9')) {
            index = Integer.parseInt(plain) < NAMES.size() ? Integer.parseInt(plain) : -1;
        }
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
    }

    /// What an ordinary container of this kind goes without.
    public static long usualDrops(boolean privileged) {
        return privileged ? StartPlan.PRIVILEGED_DROPS : 0;
    }
}
