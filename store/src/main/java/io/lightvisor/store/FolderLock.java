package io.lightvisor.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lightvisor.model.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keeps a second daemon out of a LXD_DIR: fcntl(2) F_SETLK, so that the kernel lets go when the process ends in
/// whatever
/// way. The file says whose the lock is and stays when it is let go.
final class FolderLock implements AutoCloseable {
    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    static FolderLock take(StoreFolder folder) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    folder.lock(),
                    Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            if (tryLock(channel) == null) {
                var holder = StoreProblems.inUse(folder.lxdDir(), holder(channel));
                channel.close();
                throw holder.exception();
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(US_ASCII)), 0);
            return new FolderLock(channel);
        } catch (IOException e) {
            closeQuietly(channel);
            throw Problem.failed("daemon not started", folder.lock() + ": " + e).exception(e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // another store of this very process
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        var text = ByteBuffer.allocate(32);
        int n = channel.read(text, 0);
        String pid = n <= 0 ? "" : new String(text.array(), 0, n, US_ASCII).strip();
        return pid.isEmpty() ? "another daemon" : "another daemon (pid " + pid + ")";
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException _) {
                // The failure under way is the one to tell.
            }
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }
}
