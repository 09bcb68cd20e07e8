package io.lightvisor.cli.commands;

import io.lightvisor.api.http.WebSocket;
import io.lightvisor.cli.terminal.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Moves bytes between streams and websockets. An empty text message, or the end of the socket, ends a stream. Nobody
/// reads
/// from sockets that only take (input, control): LXD sends pings there and needs no answer.
final class Pump {
    /// 128 and SIGPIPE.
    private static final int BROKEN_PIPE = 141;

    private Pump() {}

    /// Writes what comes from the socket until its stream ends.
    static void copy(WebSocket from, OutputStream to) throws IOException {
        while (true) {
            WebSocket.Message message = from.receive();
            if (message == null) {
                return;
            }
            if (message.isText() && message.data().length == 0) {
                from.sendClose();
                return;
            }
            try {
                to.write(message.data());
            } catch (IOException nobodyReads) {
                // As any program that writes into a pipe without a reader; the server ends the command when it loses
                // us.
                Terminal.restore();
                Runtime.getRuntime().halt(BROKEN_PIPE);
            }
        }
    }

    /// As [#copy], on a thread of its own.
    static Thread down(WebSocket from, OutputStream to) {
        return start("down", new Runnable() {
            @Override
            public void run() {
                try {
                    copy(from, to);
                } catch (IOException broken) {
                    // The operation tells how the command ended.
                }
            }
        });
    }

    /// Sends what is read until its end, on a thread of its own, and then says that this was the end.
    static Thread up(InputStream from, WebSocket to) {
        return start("up", new Runnable() {
            @Override
            public void run() {
                byte[] buffer = new byte[128 * 1024];
                try {
                    int n;
                    while ((n = from.read(buffer, 0, buffer.length)) >= 0) {
                        to.sendBinary(buffer, 0, n);
                    }
                    to.sendEndOfStream();
                } catch (IOException broken) {
                    // The command has ended before its input.
                }
            }
        });
    }

    private static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
