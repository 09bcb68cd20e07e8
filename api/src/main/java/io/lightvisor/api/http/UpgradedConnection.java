package io.lightvisor.api.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// A connection that carries another protocol since the server agreed to it (RFC 9110, section 7.8). One thread may
/// read while another writes.
public final class UpgradedConnection implements Closeable {
    private final HttpConnection connection;

    private UpgradedConnection(HttpConnection connection) {
        this.connection = connection;
    }

    /// Asks for the protocol and reads the answer. Throws [UpgradeRefused] with the answer if it is no.
    static UpgradedConnection open(HttpConnection connection, String target, String protocol) throws IOException {
        try {
            connection.send(new HttpRequest("GET", target)
                    .header("Connection", "Upgrade")
                    .header("Upgrade", protocol));
            int status = connection.status(connection.input().line());
            HttpHeaders headers = connection.headers();
            if (status == 101) {
                return new UpgradedConnection(connection);
            }
            String length = headers.get("Content-Length");
            long bytes = length.isEmpty() ? HttpBody.TO_THE_END : Math.min(Long.parseLong(length), 64 * 1024);
            throw new UpgradeRefused(
                    status, new HttpResponse(status, headers, new HttpBody(connection, bytes, null)).bytes(64 * 1024));
        } catch (IOException | RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    /// What the server says.
    public InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                return connection.input().read(into, from, length);
            }
        };
    }

    /// What the server hears; nothing is kept back.
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                connection.connection().write(bytes, from, length);
            }
        };
    }

    @Override
    public void close() {
        connection.close();
    }
}
