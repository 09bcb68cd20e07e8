package io.lightvisor.container;

import io.lightvisor.linux.poll.FdInput;
import io.lightvisor.linux.poll.FdOutput;
import io.lightvisor.linux.socket.UnixSocket;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.BiConsumer;

/// Someone at the console of a container. Sees what is written from now on; the output ends when the container
/// does, or when somebody else takes the console over.
public final class ConsoleSession implements AutoCloseable {
    private final UnixSocket socket;
    private final FdInput output;
    private final FdOutput input;
    private final BiConsumer<Integer, Integer> resize;

    ConsoleSession(UnixSocket socket, BiConsumer<Integer, Integer> resize) {
        this.socket = socket;
        this.output = new FdInput(socket.fd());
        this.input = new FdOutput(socket.fd());
        this.resize = resize;
    }

    /// What the container writes.
    public InputStream output() {
        return output;
    }

    /// What the person types. Closing it closes the session.
    public OutputStream input() {
        return input;
    }

    public void resize(int columns, int rows) {
        resize.accept(columns, rows);
    }

    @Override
    public void close() {
        socket.close();
    }
}
