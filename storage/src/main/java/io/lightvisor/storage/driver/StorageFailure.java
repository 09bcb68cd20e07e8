package io.lightvisor.storage.driver;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.model.ByteSize;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Turns what the kernel said into what a person can act on.
public final class StorageFailure {
    private StorageFailure() {}

    /// A problem that names the object, the failing call and file, and for a full file system how much is free.
    ///
    /// @param what  the object and what became of it
    /// @param where a folder of the file system concerned
    public static ProblemException of(String what, Path where, Throwable cause) {
        if (cause instanceof ProblemException known) {
            return known;
        }
        if (isFull(cause)) {
            return Problem.failed(
                            what,
                            "no space left on the file system of " + where + " (" + free(where) + "); " + reason(cause),
                            "free some space, or choose another storage pool")
                    .exception(cause);
        }
        return Problem.failed(what, reason(cause)).exception(cause);
    }

    /// Whether the file system (or a quota on it) is full.
    public static boolean isFull(@Nullable Throwable cause) {
        for (var e = cause; e != null; e = e.getCause()) {
            if (e instanceof SyscallException refused && refused.is(Errno.ENOSPC, Errno.EDQUOT)) {
                return true;
            }
            // java.nio keeps the errno only as strerror(3)'s text.
            if (e instanceof IOException
                    && e.getMessage() != null
                    && (e.getMessage().contains("No space left on device")
                            || e.getMessage().contains("Disk quota exceeded"))) {
                return true;
            }
        }
        return false;
    }

    private static String reason(Throwable cause) {
        if (cause instanceof FileSystemException e) {
            var text = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
            return e.getFile() == null ? text : e.getFile() + ": " + text;
        }
        var message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private static String free(Path where) {
        try {
            var stat = Folders.fileSystem(where);
            return new ByteSize(stat.free()) + " and " + stat.freeInodes() + " inodes free";
        } catch (SyscallException e) {
            return "free space unknown: " + e.getMessage();
        }
    }
}
