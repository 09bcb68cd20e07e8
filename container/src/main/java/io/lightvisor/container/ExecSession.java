package io.lightvisor.container;

import java.io.InputStream;
import java.io.OutputStream;

/// A command running in a container.
///
/// With a terminal there is one stream each way: [#stdin] and [#stdout] are the terminal's, [#stderr] is empty.
/// Streams may
/// be read and written by a virtual thread each. An output stream ends when everybody who could write to it has gone,
/// or
/// when the command has ended and all that was written by then has been read: a daemon that the command left behind
/// holds
/// nobody up.
public interface ExecSession extends AutoCloseable {
    /// The command's process, as the host sees it.
    int pid();

    /// Its input; closing it is the end of file, except for a terminal, where closing does nothing.
    OutputStream stdin();

    InputStream stdout();

    InputStream stderr();

    /// Sets the size of the terminal; without one it does nothing.
    void resize(int columns, int rows);

    /// Sends a signal to the command, by number. Does nothing once it has ended.
    void signal(int number);

    /// Waits for the end of the command.
    ///
    /// @return its code, or 128 and the signal that ended it; 127 if there was no such command (or folder to
    ///     start in), 126
    ///     if it could not be executed
    int awaitExit() throws InterruptedException;

    /// Kills the command if it still runs, and closes the streams.
    @Override
    void close();
}
