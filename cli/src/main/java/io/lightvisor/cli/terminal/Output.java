package io.lightvisor.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Text to standard output or standard error, in UTF-8, held back until it is flushed.
public final class Output {
    private final OutputStream stream;
    private final StringBuilder held = new StringBuilder();

    /// Writes to that stream.
    public Output(OutputStream stream) {
        this.stream = stream;
    }

    /// Prints text.
    public synchronized void print(String text) {
        held.append(text);
        if (held.length() > 64 * 1024) {
            flush();
        }
    }

    /// Prints text and a line end.
    public synchronized void println(String text) {
        held.append(text).append('\n');
        if (held.length() > 64 * 1024) {
            flush();
        }
    }

    /// Writes bytes, after all text before.
    public synchronized void write(byte[] bytes, int from, int length) {
        flush();
        try {
            stream.write(bytes, from, length);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Writes what was held back. Throws [UncheckedIOException] if nobody reads it any more.
    public synchronized void flush() {
        if (held.length() == 0) {
            return;
        }
        byte[] bytes = held.toString().getBytes(StandardCharsets.UTF_8);
        held.setLength(0);
        try {
            stream.write(bytes, 0, bytes.length);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
