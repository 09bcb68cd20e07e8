package io.lightvisor.daemon.sftp;

import io.lightvisor.engine.instance.GuestRoot;
import io.lightvisor.linux.FileStat;
import java.time.Instant;

/// Attributes that a client sets; -1 or null where it leaves one alone.
record Attributes(long size, long uid, long gid, int mode, long accessed, long modified) {
    private static final int SIZE = 1;
    private static final int OWNER = 2;
    private static final int PERMISSIONS = 4;
    private static final int TIMES = 8;
    private static final int EXTENDED = 0x80000000;

    static Attributes read(PacketReader in) {
        int flags = in.number();
        long size = (flags & SIZE) != 0 ? Math.max(0, in.big()) : -1;
        long uid = -1;
        long gid = -1;
        if ((flags & OWNER) != 0) {
            uid = in.unsigned();
            gid = in.unsigned();
        }
        int mode = (flags & PERMISSIONS) != 0 ? in.number() & 07777 : -1;
        long accessed = -1;
        long modified = -1;
        if ((flags & TIMES) != 0) {
            accessed = in.unsigned();
            modified = in.unsigned();
        }
        if ((flags & EXTENDED) != 0) {
            for (int i = in.number(); i > 0; i--) {
                in.data();
                in.data();
            }
        }
        return new Attributes(size, uid, gid, mode, accessed, modified);
    }

    boolean hasTimes() {
        return modified >= 0;
    }

    Instant accessedAt() {
        return Instant.ofEpochSecond(accessed);
    }

    Instant modifiedAt() {
        return Instant.ofEpochSecond(modified);
    }

    /// What a file has.
    static void write(PacketWriter out, FileStat stat, GuestRoot root) {
        out.number(SIZE | OWNER | PERMISSIONS | TIMES)
                .big(stat.size())
                .number(root.insideUid(stat.uid()))
                .number(root.insideGid(stat.gid()))
                .number(stat.mode())
                .number(stat.accessed().getEpochSecond())
                .number(stat.modified().getEpochSecond());
    }

    /// A file as a line of `ls -l`.
    static String line(String name, FileStat stat, GuestRoot root) {
        var line = new StringBuilder(64 + name.length());
        line.append(
                switch (stat.type()) {
                    case FILE -> '-';
                    case DIRECTORY -> 'd';
                    case SYMLINK -> 'l';
                    case CHARACTER_DEVICE -> 'c';
                    case BLOCK_DEVICE -> 'b';
                    case FIFO -> 'p';
                    case SOCKET -> 's';
                });
        for (int bit = 8; bit >= 0; bit--) {
            line.append((stat.mode() >> bit & 1) != 0 ? "xwr".charAt(bit % 3) : '-');
        }
        return line.append(' ')
                .append(stat.links())
                .append(' ')
                .append(root.insideUid(stat.uid()))
                .append(' ')
                .append(root.insideGid(stat.gid()))
                .append(' ')
                .append(stat.size())
                .append(' ')
                .append(stat.modified().toString(), 0, 10)
                .append(' ')
                .append(name)
                .toString();
    }
}
