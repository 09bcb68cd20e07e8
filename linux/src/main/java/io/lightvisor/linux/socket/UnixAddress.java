package io.lightvisor.linux.socket;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.FileNames;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.Syscalls;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.function.ToLongBiFunction;
import org.jspecify.annotations.Nullable;

/// "struct sockaddr_un": a family and at most 108 bytes. A longer path is reached through the descriptor of its
/// directory.
final class UnixAddress {
    private static final int PATH_MAX = 107;
    private static final int SIZE = 110;
    private static final short AF_UNIX = 1;

    private UnixAddress() {}

    /// Calls with the address and length of a name for this path.
    static long with(Path path, ToLongBiFunction<MemorySegment, Integer> call) {
        var name = FileNames.encode(path.toString());
        if (name.length <= PATH_MAX) {
            return call(name, call);
        }
        @Nullable Path directory = path.getParent();
        @Nullable Path last = path.getFileName();
        if (directory == null || last == null) {
            throw new IllegalArgumentException("not the path of a socket: " + path);
        }
        try (Fd at = Open.path(directory, OpenFlag.PATH, OpenFlag.DIRECTORY)) {
            var through = FileNames.encode("/proc/self/fd/" + Syscalls.number(at) + "/" + last);
            if (through.length > PATH_MAX) {
                throw new IllegalArgumentException("the name of a socket is too long: " + last);
            }
            return call(through, call);
        }
    }

    /// Calls with an abstract address: not a file, but a name in the network namespace.
    static long withAbstract(String name, ToLongBiFunction<MemorySegment, Integer> call) {
        var bytes = FileNames.encode(name);
        if (bytes.length > PATH_MAX) {
            throw new IllegalArgumentException("the name of a socket is too long: " + name);
        }
        var withZero = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, withZero, 1, bytes.length);
        return call(withZero, call);
    }

    private static long call(byte[] name, ToLongBiFunction<MemorySegment, Integer> call) {
        try (var scratch = Scratch.borrow()) {
            var address = scratch.allocate(SIZE);
            address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
            MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
            boolean isAbstract = name.length > 0 && name[0] == 0;
            return call.applyAsLong(address, 2 + name.length + (isAbstract ? 0 : 1));
        }
    }
}
