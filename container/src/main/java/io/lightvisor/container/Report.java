package io.lightvisor.container;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.socket.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// One packet from the launcher: "struct report, src/main/c/plan.h". The descriptors are the receiver's to close.
///
/// @param a      a pid, or how a process ended (1 is exit, 2 is a signal)
/// @param b      the code or signal
/// @param stage  of a failure: what was being done
/// @param call   of a failure: the system call, `mount(2)`
/// @param subject of a failure: what the call was about
record Report(Type type, int error, int a, int b, String stage, String call, String subject, List<Fd> descriptors)
        implements AutoCloseable {
    static final int SIZE = 256;

    /// As in `enum report_type`, in order; [#END] is the end of the channel.
    enum Type {
        END,
        CREATED,
        RUNNING,
        FAILED,
        EXITED,
        MAPPED,
        ANSWER,
        LISTENER
    }

    private static final int TEXT = 16;
    private static final int CLD_EXITED = 1;

    static Report of(Message message) {
        if (message.data().length < SIZE) {
            message.close();
            return new Report(Type.END, 0, 0, 0, "", "", "", List.of());
        }
        var data = ByteBuffer.wrap(message.data()).order(ByteOrder.nativeOrder());
        Type type = Type.values()[data.getInt()];
        int error = data.getInt();
        int a = data.getInt();
        int b = data.getInt();
        if (type != Type.FAILED) {
            return new Report(type, error, a, b, "", "", "", message.descriptors());
        }
        String[] parts = {"", "", ""};
        int at = TEXT;
        for (int i = 0; i < 3; i++) {
            int end = at;
            while (end < SIZE && message.data()[end] != 0) {
                end++;
            }
            parts[i] = new String(message.data(), at, end - at, StandardCharsets.UTF_8);
            at = Math.min(end + 1, SIZE);
        }
        return new Report(type, error, a, b, parts[0], parts[1], parts[2], message.descriptors());
    }

    /// Of [Type#EXITED]: whether the process returned; else a signal ended it.
    boolean exited() {
        return a == CLD_EXITED;
    }

    Errno errno() {
        return Errno.of(error);
    }

    /// Of a failure: `mount(2) /proc: EPERM, operation not permitted`.
    String cause() {
        return call + " " + subject + ": " + errno() + ", " + errno().text();
    }

    @Override
    public void close() {
        for (Fd fd : descriptors) {
            fd.close();
        }
    }
}
