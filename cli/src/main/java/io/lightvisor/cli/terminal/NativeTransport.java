package io.lightvisor.cli.terminal;

import io.lightvisor.api.http.Connection;
import io.lightvisor.api.http.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// The way to a unix socket by the starter's functions. The JDK's own channels would cost a command 17 ms: they bring
/// in all
/// security providers.
final class NativeTransport implements Transport {
    private final String socket;

    NativeTransport(String socket) {
        this.socket = socket;
    }

    @Override
    public Connection open() throws IOException {
        int fd = Native.connect(socket.getBytes(StandardCharsets.UTF_8));
        if (fd < 0) {
            throw new IOException(Native.errorText(-fd));
        }
        return new NativeConnection(fd);
    }

    @Override
    public String host() {
        return "unix.socket";
    }

    private static final class NativeConnection implements Connection {
        private final int fd;
        private int users;
        private boolean closed;

        NativeConnection(int fd) {
            this.fd = fd;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (!enter()) {
                return -1;
            }
            int n = Native.read(fd, into, from, length);
            leave();
            if (n < 0) {
                throw new IOException(Native.errorText(-n));
            }
            return n == 0 ? -1 : n;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (!enter()) {
                throw new IOException("the connection is closed");
            }
            int n = Native.write(fd, bytes, from, length);
            leave();
            if (n < 0) {
                throw new IOException(Native.errorText(-n));
            }
        }

        private synchronized boolean enter() {
            if (closed) {
                return false;
            }
            users++;
            return true;
        }

        private synchronized void leave() {
            users--;
            if (closed && users == 0) {
                Native.close(fd);
            }
        }

        /// Wakes whoever is within; the number is given back only when nobody uses it any more, for it could be another
        /// file's by
        /// then.
        @Override
        public synchronized void close() {
            if (closed) {
                return;
            }
            closed = true;
            Native.shutdown(fd);
            if (users == 0) {
                Native.close(fd);
            }
        }
    }
}
