package io.lightvisor.linux.process;

/// How a process ended.
public sealed interface ExitStatus {
    /// It returned from main or called exit(3).
    ///
    /// @param code 0 to 255
    record Exited(int code) implements ExitStatus {}

    /// A signal ended it.
    ///
    /// @param signal the number, 1 to 64
    record Killed(int signal, boolean coreDumped) implements ExitStatus {}

    /// As a shell counts: the code, or 128 and the signal.
    default int shellCode() {
        return switch (this) {
            case Exited(int code) -> code;
            case Killed(int signal, boolean _) -> 128 + signal;
        };
    }

    default boolean isSuccess() {
        return this instanceof Exited(int code) && code == 0;
    }
}
