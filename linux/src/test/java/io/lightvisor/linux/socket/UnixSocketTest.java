package io.lightvisor.linux.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Host;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.Memfd;
import io.lightvisor.linux.process.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
final class UnixSocketTest {
    @TempDir
    Path dir;

    @Test
    void send_descriptorsAndCredentials() throws Exception {
        int before = Host.openDescriptors();
        var path = dir.resolve("socket");
        try (var listener = UnixListener.bind(path, SocketKind.SEQUENTIAL_PACKET, 0660);
                var client = UnixSocket.connect(path, SocketKind.SEQUENTIAL_PACKET);
                var server = listener.accept();
                var file = Memfd.sealed("given", "content".getBytes())) {
            assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            assertEquals(Processes.self(), server.peer().pid());
            server.peerPidfd().ifPresent(io.lightvisor.linux.Fd::close);
            server.askForCredentials();
            client.send("hello".getBytes(), List.of(file, file));
            client.send("again".getBytes());
            try (var message = server.receive(100)) {
                assertEquals("hello", new String(message.data()));
                assertEquals(2, message.descriptors().size());
                assertEquals("content", new String(message.descriptors().get(1).readAll(100)));
                assertEquals(Processes.self(), message.sender().orElseThrow().pid());
            }
            assertTrue(server.receive(3).truncated());
            assertTrue(server.tryReceive(3).isEmpty());
            client.close();
            assertTrue(server.receive(100).isEnd());
            assertTrue(assertThrows(SyscallException.class, () -> server.send(new byte[1]))
                    .is(Errno.EPIPE));
        }
        assertEquals(before, Host.openDescriptors());
    }

    @Test
    void bind_longPath() throws Exception {
        var deep = dir.resolve("d".repeat(100)).resolve("e".repeat(100));
        Files.createDirectories(deep);
        try (var listener = UnixListener.bind(deep.resolve("socket"), SocketKind.STREAM, 0600);
                var client = UnixSocket.connect(deep.resolve("socket"), SocketKind.STREAM);
                var server = listener.accept()) {
            var big = new byte[3_000_000];
            var writer = Thread.ofVirtual().start(() -> {
                try {
                    client.send(big);
                    client.shutdownOutput();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            int count = 0;
            while (true) {
                var message = server.receive(100_000);
                if (message.isEnd()) {
                    break;
                }
                count += message.data().length;
            }
            writer.join();
            assertEquals(big.length, count);
        }
    }

    @Test
    void connect_nobodyThere() {
        var failure =
                assertThrows(SyscallException.class, () -> UnixSocket.connect(dir.resolve("none"), SocketKind.STREAM));
        assertTrue(failure.is(Errno.ENOENT));
    }

    @Test
    void abstractName_and_pair() throws Exception {
        var name = "lightvisor-test-" + Processes.self();
        try (var listener = UnixListener.bindAbstract(name, SocketKind.STREAM);
                var client = UnixSocket.connectAbstract(name, SocketKind.STREAM);
                var server = listener.accept();
                var pair = UnixSocket.pair(SocketKind.SEQUENTIAL_PACKET)) {
            client.send(new byte[] {1});
            assertEquals(1, server.receive(10).data()[0]);
            pair.theirs().writeAll("x".getBytes());
            assertEquals("x", new String(pair.ours().receive(10).data()));
        }
    }
}
