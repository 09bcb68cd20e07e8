package io.lightvisor.image;

import io.lightvisor.image.tar.BadArchive;
import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.FileSystemStat;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.model.ByteSize;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Turns what went wrong with an image into what a person can act on.
final class ImageFailure {
    private ImageFailure() {}

    /// @param what  the object and what became of it
    /// @param where a path of the file system concerned
    static ProblemException of(String what, Path where, Throwable cause) {
        if (cause instanceof ProblemException known) {
            return known;
        }
        if (cause instanceof BadArchive || cause instanceof EOFException) {
            return new Problem.BadRequest(what, reason(cause), "").exception(cause);
        }
        if (isFull(cause)) {
            return Problem.failed(
                            what,
                            "no space left on the file system of " + where + " (" + free(where) + "); " + reason(cause),
                            "free some space")
                    .exception(cause);
        }
        return Problem.failed(what, reason(cause)).exception(cause);
    }

    static boolean isFull(@Nullable Throwable cause) {
        for (var e = cause; e != null; e = e.getCause()) {
            if (e instanceof SyscallException refused && refused.is(Errno.ENOSPC, Errno.EDQUOT)) {
                return true;
            }
            // java.nio keeps the errno only as strerror(3)'s text; tools say the same.
            var message = e.getMessage();
            if (e instanceof IOException
                    && message != null
                    && (message.contains("No space left on device") || message.contains("Disk quota exceeded"))) {
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
        try (var fd = Open.path(where, OpenFlag.PATH)) {
            var stat = FileSystemStat.of(fd);
            return new ByteSize(stat.free()) + " and " + stat.freeInodes() + " inodes free";
        } catch (SyscallException e) {
            return "free space unknown: " + e.getMessage();
        }
    }
}
