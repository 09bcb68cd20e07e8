package io.lightvisor.linux.process;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A process as /proc/PID/stat tells: proc_pid_stat(5).
///
/// @param name at most 15 bytes
/// @param state `R`, `S`, `D`, `T`, `t`, `Z`, `X`, `I`
/// @param startTicks since boot, in clock ticks of 1/100 s; pid and start time together name a process for good
/// @param userTicks CPU time in user mode, in clock ticks
/// @param systemTicks CPU time in the kernel, in clock ticks
public record ProcStat(
        int pid,
        String name,
        char state,
        int parent,
        int processGroup,
        int session,
        long startTicks,
        long userTicks,
        long systemTicks) {
    private static final int LIMIT = 4096;

    /// Empty if there is no such process.
    public static Optional<ProcStat> find(int pid) {
        return read("/proc/" + pid + "/stat").map(ProcStat::parse);
    }

    static Optional<String> read(String path) {
        try (var file = Open.path(path, OpenFlag.READ)) {
            return Optional.of(new String(file.readAll(LIMIT * 16), StandardCharsets.UTF_8));
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT, Errno.ESRCH)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    static ProcStat parse(String text) {
        // The name may contain anything, also spaces and parentheses: it ends at the last one.
        int open = text.indexOf('(');
        int close = text.lastIndexOf(')');
        var fields = text.substring(close + 2).split(" ");
        return new ProcStat(
                Integer.parseInt(text.substring(0, open - 1)),
                text.substring(open + 1, close),
                fields[0].charAt(0),
                Integer.parseInt(fields[1]),
                Integer.parseInt(fields[2]),
                Integer.parseInt(fields[3]),
                Long.parseLong(fields[19]),
                Long.parseLong(fields[11]),
                Long.parseLong(fields[12]));
    }
}
