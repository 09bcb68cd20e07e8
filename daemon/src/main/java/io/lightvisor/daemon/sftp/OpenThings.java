package io.lightvisor.daemon.sftp;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirEntry;
import io.lightvisor.linux.fs.Handle;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/// What a session has open, by the names that it gave.
final class OpenThings implements AutoCloseable {
    /// Many for one client, few for the process.
    static final int MOST = 1024;

    private final Map<Integer, Thing> things = new HashMap<>();
    private int next;

    sealed interface Thing {
        Handle handle();
    }

    record File(Fd fd) implements Thing {
        @Override
        public Handle handle() {
            return Handle.of(fd);
        }
    }

    record Directory(Handle handle, Iterator<DirEntry> rest) implements Thing {}

    /// Keeps a thing; the name by which the client asks for it.
    int add(Thing thing) {
        if (things.size() >= MOST) {
            close(thing);
            throw new SyscallException("open(2)", "more than " + MOST + " files at once", Errno.EMFILE);
        }
        while (things.containsKey(next)) {
            next++;
        }
        things.put(next, thing);
        return next;
    }

    Thing get(ByteBuffer name) {
        Thing thing = name.remaining() == 4 ? things.get(name.getInt(0)) : null;
        if (thing == null) {
            throw new SyscallException("use of a handle", "unknown", Errno.EBADF);
        }
        return thing;
    }

    Fd file(ByteBuffer name) {
        if (get(name) instanceof File file) {
            return file.fd();
        }
        throw new SyscallException("use of a handle", "a directory", Errno.EISDIR);
    }

    Directory directory(ByteBuffer name) {
        if (get(name) instanceof Directory directory) {
            return directory;
        }
        throw new SyscallException("use of a handle", "a file", Errno.ENOTDIR);
    }

    void close(ByteBuffer name) {
        close(get(name));
        things.remove(name.getInt(0));
    }

    @Override
    public void close() {
        things.values().forEach(OpenThings::close);
        things.clear();
    }

    private static void close(Thing thing) {
        thing.handle().close();
    }
}
