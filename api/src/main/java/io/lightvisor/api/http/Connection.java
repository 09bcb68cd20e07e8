package io.lightvisor.api.http;

import java.io.Closeable;
import java.io.IOException;

/// A two-way pipe of bytes. One thread may read while another writes; [#close] from a third wakes both.
public interface Connection extends Closeable {
    /// Reads at least one byte, or answers -1 at the end.
    int read(byte[] into, int from, int length) throws IOException;

    /// Writes all.
    void write(byte[] bytes, int from, int length) throws IOException;

    @Override
    void close();
}
