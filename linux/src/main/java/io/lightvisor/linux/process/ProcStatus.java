package io.lightvisor.linux.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A process as /proc/PID/status tells: proc_pid_status(5). The signal sets have bit `n - 1` for signal `n`.
///
/// @param uids real, effective, saved, file system
/// @param namespacePids its pid in each pid namespace, from ours inwards
public record ProcStatus(
        String name,
        char state,
        int threadGroup,
        int parent,
        List<Integer> uids,
        List<Integer> gids,
        List<Integer> namespacePids,
        long blocked,
        long ignored,
        long caught) {

    public ProcStatus {
        uids = List.copyOf(uids);
        gids = List.copyOf(gids);
        namespacePids = List.copyOf(namespacePids);
    }

    /// Empty if there is no such process.
    public static Optional<ProcStatus> find(int pid) {
        return ProcStat.read("/proc/" + pid + "/status").map(ProcStatus::parse);
    }

    /// Whether a signal would run a handler of the process: it is caught, and not blocked.
    public boolean handles(Signal signal) {
        return handles(signal.number());
    }

    /// As [#handles(Signal)], also for real-time signals (34 on).
    public boolean handles(int signal) {
        return (caught >>> (signal - 1) & 1) == 1;
    }

    public boolean blocks(int signal) {
        return (blocked >>> (signal - 1) & 1) == 1;
    }

    /// The pid in the innermost namespace it is in.
    public int innerPid() {
        return namespacePids.getLast();
    }

    static ProcStatus parse(String text) {
        return new ProcStatus(
                value(text, "Name"),
                value(text, "State").charAt(0),
                Integer.parseInt(value(text, "Tgid")),
                Integer.parseInt(value(text, "PPid")),
                numbers(value(text, "Uid")),
                numbers(value(text, "Gid")),
                numbers(value(text, "NSpid")),
                set(text, "SigBlk"),
                set(text, "SigIgn"),
                set(text, "SigCgt"));
    }

    private static String value(String text, String key) {
        var head = key + ":";
        int at = text.startsWith(head) ? 0 : text.indexOf("\n" + head) + 1;
        if (at == 0 && !text.startsWith(head)) {
            throw new IllegalArgumentException("no line " + head + " in a status file");
        }
        int end = text.indexOf('\n', at);
        return text.substring(at + head.length(), end < 0 ? text.length() : end).strip();
    }

    private static long set(String text, String key) {
        return Long.parseUnsignedLong(value(text, key), 16);
    }

    private static List<Integer> numbers(String text) {
        var all = new ArrayList<Integer>(4);
        for (var word : text.split("\t")) {
            if (!word.isEmpty()) {
                all.add(Integer.parseUnsignedInt(word.strip()));
            }
        }
        return all;
    }
}
