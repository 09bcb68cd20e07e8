package io.lightvisor.engine.instance;

import io.lightvisor.engine.operation.Channel;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Asks for a command in a running instance.
///
/// @param connected   its streams go over websockets
/// @param interactive on a terminal of its own
/// @param width       columns; 0 for the terminal's default
/// @param record      without websockets: keep what it writes
/// @param cwd         empty: the user's home
/// @param control     reads a message of the control channel; empty for one that means nothing
public record ExecRequest(
        List<String> command,
        boolean connected,
        boolean interactive,
        Map<String, String> environment,
        int width,
        int height,
        boolean record,
        long user,
        long group,
        String cwd,
        ControlReader control) {

    public ExecRequest {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /// Reads control messages, whose form only the wire's translator knows.
    @FunctionalInterface
    public interface ControlReader {
        Optional<Control> read(Channel.Message message);
    }

    /// What a client asks of a running command.
    public sealed interface Control {
        /// Another window size.
        record Resize(int width, int height) implements Control {}

        /// A signal by its number.
        record Signal(int number) implements Control {}
    }
}
