package io.lightvisor.container;

import io.lightvisor.container.seccomp.Interception;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What a container may not do although it is root in itself.
///
/// @param denyDefault  the built-in deny list of system calls (`security.syscalls.deny_default`)
/// @param denyCompat   no 32-bit system calls at all (`security.syscalls.deny_compat`)
/// @param deny         further system calls by name (`security.syscalls.deny`); unknown names are refused
/// @param allow        if not empty: only these calls may be made (`security.syscalls.allow`)
/// @param appArmor     confine by a generated profile, where the host has AppArmor
/// @param rawAppArmor  lines added to that profile (`raw.apparmor`), or an empty text
/// @param rawSeccomp   a policy in place of all of the above (`raw.seccomp`), or an empty text
/// @param raw          from `raw.lxc`
/// @param intercepts   system calls that the server answers (`security.syscalls.intercept.*`)
public record SecuritySpec(
        boolean denyDefault,
        boolean denyCompat,
        List<String> deny,
        List<String> allow,
        boolean appArmor,
        String rawAppArmor,
        String rawSeccomp,
        RawSettings raw,
        Set<Interception> intercepts) {
    /// What a container has when nothing is configured.
    public static final SecuritySpec DEFAULT = new SecuritySpec(true, false, List.of(), List.of(), true, "");

    public SecuritySpec {
        deny = List.copyOf(deny);
        allow = List.copyOf(allow);
        intercepts = Set.copyOf(intercepts);
    }

    /// Without anything raw and without interception.
    public SecuritySpec(
            boolean denyDefault,
            boolean denyCompat,
            List<String> deny,
            List<String> allow,
            boolean appArmor,
            String rawAppArmor) {
        this(
                denyDefault,
                denyCompat,
                deny,
                allow,
                appArmor,
                rawAppArmor,
                "",
                RawSettings.NONE,
                EnumSet.noneOf(Interception.class));
    }
}
