package io.lightvisor.cli.session;

import io.lightvisor.api.http.Connection;
import io.lightvisor.api.http.Transport;
import io.lightvisor.cli.terminal.Output;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Shows what goes over a connection (`--debug`).
final class Traced implements Transport {
    private static final int MOST = 4096;

    private final Transport transport;
    private final Output err;

    Traced(Transport transport, Output err) {
        this.transport = transport;
        this.err = err;
    }

    @Override
    public Connection open() throws IOException {
        Connection connection = transport.open();
        return new Connection() {
            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                int n = connection.read(into, from, length);
                show("< ", into, from, n);
                return n;
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                show("> ", bytes, from, length);
                connection.write(bytes, from, length);
            }

            @Override
            public void close() {
                connection.close();
            }
        };
    }

    private void show(String mark, byte[] bytes, int from, int length) {
        if (length > 0) {
            String text = new String(bytes, from, Math.min(length, MOST), StandardCharsets.UTF_8);
            err.println(mark + text.replace("\r", "").replace("\n", "\n" + mark));
            err.flush();
        }
    }

    @Override
    public String host() {
        return transport.host();
    }
}
