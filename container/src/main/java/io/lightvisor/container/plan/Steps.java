package io.lightvisor.container.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Writes one list of steps. Each method appends the step of its name; what the step does is told in `plan.h`, in
/// what order steps make sense is the business of the caller.
public final class Steps {
    /// A failure is no failure.
    public static final int OPTIONAL = 1;
    /// With the mounts below.
    public static final int RECURSIVE = 2;
    /// What is bound cannot be written to.
    public static final int READ_ONLY = 4;
    /// The target is made as a folder if it is not there.
    public static final int MAKE_DIR = 8;
    /// The target is made as an empty file if it is not there.
    public static final int MAKE_FILE = 16;
    /// The source of a bind is the container's, not the host's.
    public static final int INSIDE = 32;
    /// What is bound can be written to although the mount it is taken from is read-only.
    public static final int WRITABLE = 64;

    private static final byte[] NOTHING = {};
    private static final long[] NO_NUMBERS = {};

    private ByteBuffer buffer = ByteBuffer.allocate(8192).order(ByteOrder.nativeOrder());

    /// Writes a text to a file of the child below /proc, seen from outside: its id maps.
    public void procWrite(String file, String text) {
        add(Step.PROC_WRITE, NO_NUMBERS, bytes(file), bytes(text));
    }

    /// Puts the child into a cgroup.
    ///
    /// @param procs the `cgroup.procs` of the group
    public void attach(String procs) {
        add(Step.ATTACH, NO_NUMBERS, bytes(procs));
    }

    /// As [#attach], for the process itself.
    public void join(String procs) {
        add(Step.JOIN, NO_NUMBERS, bytes(procs));
    }

    public void rlimit(int resource, long soft, long hard) {
        add(Step.PRLIMIT, new long[] {resource, soft, hard});
    }

    public void setns(int fd, long flags) {
        add(Step.SETNS, new long[] {fd, flags});
    }

    public void unshare(long flags) {
        add(Step.UNSHARE, new long[] {flags});
    }

    public void deathSignal(int signal) {
        add(Step.PDEATHSIG, new long[] {signal});
    }

    public void newSession() {
        add(Step.SETSID, NO_NUMBERS);
    }

    public void ids(long uid, long gid) {
        add(Step.IDS, new long[] {uid, gid}, NOTHING);
    }

    /// Drops the capabilities whose bits are set, and all that would be inherited.
    public void dropCapabilities(long bits) {
        add(Step.CAPS, new long[] {bits});
    }

    /// @param listener whether the program hands calls to a listener, which is then handed on
    public void seccomp(byte[] program, boolean listener) {
        add(Step.SECCOMP, new long[] {listener ? 1 : 0}, program);
    }

    public void hostname(String name) {
        add(Step.HOSTNAME, NO_NUMBERS, bytes(name));
    }

    /// mount(2). An empty type or data is none.
    public void mount(String source, String target, String type, long flags, String data, int how) {
        add(Step.MOUNT, new long[] {flags, how}, bytes(source), bytes(target), bytes(type), bytes(data));
    }

    /// Puts the detached mount at `fd` on a path.
    public void place(int fd, String target, int how) {
        add(Step.PLACE, new long[] {fd, how}, bytes(target));
    }

    /// Binds a file or folder of the host (a path relative to its root) or, with [#INSIDE], of the container.
    public void bind(String source, String target, int how) {
        add(Step.BIND, new long[] {how}, bytes(source), bytes(target));
    }

    /// Makes a mount read-only where it is.
    public void readOnly(String target) {
        add(Step.READONLY, NO_NUMBERS, bytes(target));
    }

    public void pivot(String newRoot) {
        add(Step.PIVOT, NO_NUMBERS, bytes(newRoot));
    }

    public void leaveOldRoot() {
        add(Step.LEAVE_OLD, NO_NUMBERS);
    }

    public void makeDirectory(String path, int mode) {
        add(Step.MKDIR, new long[] {mode}, bytes(path));
    }

    public void symlink(String content, String path) {
        add(Step.SYMLINK, NO_NUMBERS, bytes(content), bytes(path));
    }

    /// Writes a text to a file, which is made with `mode` unless that is 0.
    public void write(String path, String text, int mode, int how) {
        add(Step.WRITE, new long[] {mode, how}, bytes(path), bytes(text));
    }

    /// @param mode permission bits and the type
    public void makeNode(String path, int mode, int major, int minor) {
        add(Step.MKNOD, new long[] {mode, device(major, minor)}, bytes(path));
    }

    public void chown(String path, long uid, long gid) {
        add(Step.CHOWN, new long[] {uid, gid}, bytes(path));
    }

    public void changeDirectory(String path, int how) {
        add(Step.CHDIR, new long[] {how}, bytes(path));
    }

    public void console(int columns, int rows) {
        add(Step.CONSOLE, new long[] {columns, rows});
    }

    public void terminal(int columns, int rows, long uid, long gid) {
        add(Step.TERMINAL, new long[] {columns, rows, uid, gid});
    }

    /// -1 is the console or terminal.
    public void stdio(int in, int out, int err) {
        add(Step.STDIO, new long[] {in, out, err});
    }

    public void takeTerminal() {
        add(Step.CONTROL, NO_NUMBERS);
    }

    public void awaitGo() {
        add(Step.AWAIT_GO, NO_NUMBERS);
    }

    /// Runs a program. A folder to start in that cannot be entered is, with the launcher entering, answered like a
    /// command
    /// that is not there.
    ///
    /// @param path where a command without a slash is looked for
    /// @param directory to start in, or empty for where the process is
    public void execute(List<String> arguments, Map<String, String> environment, String path, String directory) {
        var args = new StringBuilder();
        for (String argument : arguments) {
            args.append(argument).append('\0');
        }
        var env = new StringBuilder();
        environment.forEach(
                (name, value) -> env.append(name).append('=').append(value).append('\0'));
        add(Step.EXEC, NO_NUMBERS, bytes(args.toString()), bytes(env.toString()), bytes(path), bytes(directory));
    }

    public void umask(int mask) {
        add(Step.UMASK, new long[] {mask});
    }

    /// Takes away the topmost mount at a path, now or when the last user leaves it.
    public void unmount(String target) {
        add(Step.UNMOUNT, NO_NUMBERS, bytes(target));
    }

    public void unlink(String path) {
        add(Step.UNLINK, NO_NUMBERS, bytes(path));
    }

    /// The list so far.
    public byte[] toBytes() {
        return java.util.Arrays.copyOf(buffer.array(), buffer.position());
    }

    private void add(Step step, long[] numbers, byte[]... texts) {
        int size = 8 + 8 * numbers.length;
        for (byte[] text : texts) {
            size = size + 4 + text.length + 1 + 7 & ~7;
        }
        reserve(size);
        int start = buffer.position();
        buffer.putInt(size).putShort((short) step.code());
        buffer.put((byte) numbers.length).put((byte) texts.length);
        for (long number : numbers) {
            buffer.putLong(number);
        }
        for (byte[] text : texts) {
            buffer.putInt(text.length).put(text).put((byte) 0);
            while ((buffer.position() - start & 7) != 0) {
                buffer.put((byte) 0);
            }
        }
    }

    private void reserve(int size) {
        if (buffer.remaining() < size) {
            int wanted = Math.max(buffer.capacity() * 2, buffer.position() + size);
            buffer.flip();
            buffer = ByteBuffer.allocate(wanted).order(ByteOrder.nativeOrder()).put(buffer);
        }
    }

    /// A NUL would end a text early in C: no name or value of a container may hold one.
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// "new_encode_dev, include/linux/kdev_t.h", as makedev(3) has it.
    private static long device(int major, int minor) {
        return (minor & 0xFFL) | (major & 0xFFFL) << 8 | (minor & 0xFFFFFF00L) << 12 | (major & 0xFFFFF000L) << 32;
    }
}
