package io.lightvisor.container;

/// Why a container no longer runs.
public sealed interface ExitCause {
    /// It shut itself down: reboot(2) with a halt or power-off command.
    record Halted() implements ExitCause {}

    /// It asked to be started again: reboot(2) with a restart command.
    record Rebooted() implements ExitCause {}

    /// Its init returned. LXD shows that as a halt.
    record InitExited(int code) implements ExitCause {}

    /// Its init was killed, from outside (a forced stop is SIGKILL, 9) or by a fault of its own.
    record InitKilled(int signal) implements ExitCause {}

    /// The monitor went first, and took the container with it; how init ended was not recorded.
    record MonitorLost() implements ExitCause {}

    /// The host was started anew meanwhile.
    record HostRestarted() implements ExitCause {}

    /// Reads what the monitor reports. A reboot(2) in a pid namespace ends its init by SIGHUP for a restart and by
    /// SIGINT for a halt (pid_namespaces(7)).
    ///
    /// @param exited whether init returned; else it was killed
    /// @param status code or signal
    static ExitCause of(boolean exited, int status) {
        if (exited) {
            return new InitExited(status);
        }
        return switch (status) {
            case 1 -> new Rebooted();
            case 2 -> new Halted();
            default -> new InitKilled(status);
        };
    }
}
