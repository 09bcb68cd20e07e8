package io.lightvisor.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.linux.fs.Memfd;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class FdTest {
    @Test
    void read_whatWasWritten() throws Exception {
        try (var fd = Memfd.create("test")) {
            fd.writeAll("hello".getBytes());
            assertEquals(5, fd.stat().size());
            assertEquals("hello", Files.readString(fd.procPath()));
            assertEquals("hello", Files.readString(fd.procPathForOthers()));
            var direct = ByteBuffer.allocateDirect(3);
            assertEquals(3, fd.pread(direct, 1));
            assertEquals('e', direct.flip().get());
            fd.pwrite("J".getBytes(), 0);
            fd.seek(0);
            assertArrayEquals("Jello".getBytes(), fd.readAll(10));
            assertEquals(0, fd.read(new byte[4]));
            fd.truncate(2);
            assertEquals(2, fd.stat().size());
            fd.chmod(0600);
            assertEquals(0600, fd.stat().permissions());
            assertTrue(fd.stat().isFile());
        }
    }

    @Test
    void readAll_beyondTheLimit() {
        try (var fd = Memfd.create("test")) {
            fd.writeAll(new byte[11]);
            fd.seek(0);
            assertTrue(
                    assertThrows(SyscallException.class, () -> fd.readAll(10)).is(Errno.EFBIG));
        }
    }

    @Test
    void close_runsHooksOnceAndForbidsUse() {
        var closed = new AtomicInteger();
        var fd = Memfd.create("test");
        fd.onClose(closed::incrementAndGet);
        var copy = fd.dup();
        fd.close();
        fd.close();
        fd.onClose(closed::incrementAndGet);
        assertEquals(2, closed.get());
        assertFalse(fd.isOpen());
        var failure = assertThrows(SyscallException.class, () -> fd.read(new byte[1]));
        assertEquals("use of a closed descriptor test: EBADF, bad file descriptor", failure.getMessage());
        copy.writeAll(new byte[1]);
        copy.close();
    }

    @Test
    void copyFileRange_and_sendfile() {
        try (var from = Memfd.create("from");
                var to = Memfd.create("to")) {
            from.writeAll("content".getBytes());
            from.seek(0);
            assertEquals(7, Fd.sendfile(from, to, 100));
            assertEquals(7, to.stat().size());
        }
    }
}
