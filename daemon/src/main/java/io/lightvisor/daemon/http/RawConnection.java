package io.lightvisor.daemon.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/// A connection that was HTTP and now carries a protocol of its own, as two blocking streams. They are for one reading
/// and one writing thread.
final class RawConnection extends AbstractConnection implements Connection.UpgradeTo {
    private static final Logger LOG = System.getLogger("lightvisor.daemon");
    private static final int BUFFER = 64 << 10;

    private final String name;
    private final Answer.StreamHandler handler;
    private ByteBuffer early = BufferUtil.EMPTY_BUFFER;

    private RawConnection(EndPoint endPoint, Executor executor, String name, Answer.StreamHandler handler) {
        super(endPoint, executor);
        this.name = name;
        this.handler = handler;
    }

    /// Answers 101 and goes over to the other protocol.
    static void upgrade(Answer.RawUpgrade upgrade, Request request, Response response, Callback callback) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        var connection = new RawConnection(
                endPoint,
                request.getComponents().getExecutor(),
                upgrade.protocol() + " " + request.getHttpURI().getPath(),
                upgrade.handler());
        request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, connection);
        response.setStatus(101);
        response.getHeaders().put(HttpHeader.UPGRADE, upgrade.protocol());
        response.getHeaders().put(HttpHeader.CONNECTION, "Upgrade");
        response.write(true, BufferUtil.EMPTY_BUFFER, new Callback.Nested(callback) {
            @Override
            public void failed(Throwable x) {
                upgrade.refused().run();
                super.failed(x);
            }
        });
    }

    @Override
    public void onUpgradeTo(ByteBuffer prefilled) {
        early = BufferUtil.copy(prefilled);
    }

    @Override
    public void onOpen() {
        super.onOpen();
        getEndPoint().setIdleTimeout(0);
        Thread.ofVirtual().name(name).start(this::serve);
    }

    private void serve() {
        try (var connection = this) {
            handler.serve(new In(), new Out(), connection);
        } catch (IOException | InterruptedException gone) {
            LOG.log(Level.DEBUG, name + " ended", gone);
        } catch (Throwable failure) {
            LOG.log(Level.ERROR, name + " failed", failure);
        }
    }

    @Override
    public void onFillable() {
        // Nobody waits this way: whoever reads brings a callback of its own.
    }

    private final class In extends InputStream {
        private final ByteBuffer buffer = BufferUtil.allocateDirect(BUFFER);

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            ByteBuffer source = early.hasRemaining() ? early : buffer;
            while (!source.hasRemaining()) {
                int n = getEndPoint().fill(buffer);
                if (n < 0) {
                    return -1;
                }
                if (n == 0) {
                    try (var fillable = Blocker.callback()) {
                        getEndPoint().fillInterested(fillable);
                        fillable.block();
                    }
                }
            }
            int taken = Math.min(length, source.remaining());
            source.get(into, from, taken);
            return taken;
        }
    }

    private final class Out extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try (var written = Blocker.callback()) {
                getEndPoint().write(written, ByteBuffer.wrap(bytes, from, length));
                written.block();
            }
        }
    }
}
