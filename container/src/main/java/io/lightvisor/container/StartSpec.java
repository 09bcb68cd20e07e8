package io.lightvisor.container;

import io.lightvisor.model.Idmap;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// All that a container is made of when it starts.
///
/// @param instanceId  names the run folder; see [io.lightvisor.model.Instance#id]
/// @param name        names the cgroups and the processes: `c1` or `project_c1`
/// @param hostname    what hostname(1) says inside
/// @param idmap       [Idmap#HOST] for a privileged container, which then has no user namespace
/// @param nesting     may run containers itself: gets `/dev/.lxc/proc` and `/dev/.lxc/sys`, so that the kernel
///     lets it mount its own
/// @param mounts      in order, after the container's own /proc, /sys and /dev
/// @param init        command and arguments of the first process
/// @param environment of init, beside `container=lxc`
/// @param sysctls     by dotted name, `net.ipv4.ip_forward`
/// @param rlimits     by the name of prlimit(1), `nofile`
/// @param logFolder   gets `console.log` at the end; must exist
public record StartSpec(
        long instanceId,
        String name,
        String hostname,
        Idmap idmap,
        boolean nesting,
        RootFilesystem root,
        List<MountSpec> mounts,
        List<NodeSpec> nodes,
        List<String> init,
        Map<String, String> environment,
        Limits limits,
        SecuritySpec security,
        Map<String, String> sysctls,
        Map<String, Rlimit> rlimits,
        Path logFolder,
        NicsHook nics) {
    /// The usual first process.
    public static final List<String> SBIN_INIT = List.of("/sbin/init");

    public StartSpec {
        mounts = List.copyOf(mounts);
        nodes = List.copyOf(nodes);
        init = List.copyOf(init);
        environment = Map.copyOf(environment);
        sysctls = Map.copyOf(sysctls);
        rlimits = Map.copyOf(rlimits);
    }

    /// Whether ids inside are the host's own.
    public boolean privileged() {
        return !idmap.isMapped();
    }

    /// A resource limit of prlimit(2).
    ///
    /// @param soft -1 for none
    /// @param hard -1 for none
    public record Rlimit(long soft, long hard) {
        /// Reads `unlimited`, `1024` or `soft:hard` (`limits.kernel.*`).
        public static Rlimit parse(String text) {
            int colon = text.indexOf(':');
            return colon < 0
                    ? new Rlimit(number(text), number(text))
                    : new Rlimit(number(text.substring(0, colon)), number(text.substring(colon + 1)));
        }

        private static long number(String text) {
            if (text.equals("unlimited")) {
                return -1;
            }
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw io.lightvisor.model.Problem.badValue(
                                "resource limit", text, "a limit is a number or \"unlimited\", or two as soft:hard")
                        .exception();
            }
        }
    }
}
