package io.lightvisor.daemon.sftp;

import io.lightvisor.engine.instance.GuestRoot;
import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.FileStat;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.ConfinedTree;
import io.lightvisor.linux.fs.DirEntry;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.FileSystemStat;
import io.lightvisor.linux.fs.Handle;
import io.lightvisor.linux.fs.KernelFiles;
import io.lightvisor.linux.fs.OpenFlag;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

/// What the requests of a session do with the files of an instance.
final class SftpFiles implements AutoCloseable {
    /// What is offered beside version 3, with its versions.
    static final Map<String, String> EXTENSIONS = new TreeMap<>(Map.of(
            "posix-rename@openssh.com", "1",
            "statvfs@openssh.com", "2",
            "fstatvfs@openssh.com", "2",
            "hardlink@openssh.com", "1",
            "fsync@openssh.com", "1",
            "lsetstat@openssh.com", "1",
            "limits@openssh.com", "1"));

    private static final int HANDLE = 102;
    private static final int DATA = 103;
    private static final int NAME = 104;
    private static final int ATTRS = 105;
    private static final int EXTENDED_REPLY = 201;

    private static final int FOR_READING = 1;
    private static final int FOR_WRITING = 2;
    private static final int APPEND = 4;
    private static final int CREATE = 8;
    private static final int TRUNCATE = 16;
    private static final int EXCLUSIVE = 32;

    private static final int NAMES_AT_ONCE = 200;
    private static final int USUAL_FILE = 0644;
    private static final int USUAL_DIRECTORY = 0755;

    /// What became of a request.
    enum Outcome {
        /// The answer is written.
        ANSWERED,
        DONE,
        AT_END,
        UNKNOWN
    }

    private final GuestRoot root;
    private final ConfinedTree tree;
    private final PacketWriter out;
    private final OpenThings open = new OpenThings();

    SftpFiles(GuestRoot root, PacketWriter out) {
        this.root = root;
        this.tree = root.tree();
        this.out = out;
    }

    @Override
    public void close() {
        open.close();
    }

    /// Does what a request asks.
    Outcome handle(int type, int id, PacketReader in) {
        return switch (type) {
            case 3 -> open(id, in.path(), in.number(), Attributes.read(in));
            case 4 -> {
                open.close(in.data());
                yield Outcome.DONE;
            }
            case 5 -> read(id, open.file(in.data()), in.big(), in.number());
            case 6 -> write(open.file(in.data()), in.big(), in.data());
            case 7 -> stat(id, in.path(), false);
            case 8 -> attributes(id, open.get(in.data()).handle().stat());
            case 9 -> set(in.path(), true, Attributes.read(in));
            case 10 -> set(open.get(in.data()), Attributes.read(in));
            case 11 -> openDirectory(id, in.path());
            case 12 -> readDirectory(id, open.directory(in.data()));
            case 13 -> {
                tree.removeFile(in.path());
                yield Outcome.DONE;
            }
            case 14 -> makeDirectory(in.path(), Attributes.read(in));
            case 15 -> {
                tree.removeDirectory(in.path());
                yield Outcome.DONE;
            }
            case 16 -> name(id, GuestPaths.absolute(in.path()));
            case 17 -> stat(id, in.path(), true);
            case 18 -> rename(in.path(), in.path(), false);
            case 19 -> readLink(id, in.path());
            case 20 -> {
                // OpenSSH's order, which all clients have taken over: PROTOCOL, section 4.1.
                String target = in.path();
                tree.makeSymlink(in.path(), target);
                yield Outcome.DONE;
            }
            case 200 -> extended(id, in);
            default -> Outcome.UNKNOWN;
        };
    }

    private Outcome extended(int id, PacketReader in) {
        return switch (in.path()) {
            case "posix-rename@openssh.com" -> rename(in.path(), in.path(), true);
            case "hardlink@openssh.com" -> {
                tree.link(in.path(), in.path());
                yield Outcome.DONE;
            }
            case "fsync@openssh.com" -> {
                open.file(in.data()).sync();
                yield Outcome.DONE;
            }
            case "lsetstat@openssh.com" -> set(in.path(), false, Attributes.read(in));
            case "statvfs@openssh.com" -> {
                try (Handle entry = tree.hold(in.path(), true)) {
                    yield fileSystem(id, entry.fd());
                }
            }
            case "fstatvfs@openssh.com" ->
                fileSystem(id, open.get(in.data()).handle().fd());
            case "limits@openssh.com" -> {
                out.begin(EXTENDED_REPLY)
                        .number(id)
                        .big(SftpSession.MAX_PACKET)
                        .big(SftpSession.MAX_DATA)
                        .big(SftpSession.MAX_DATA)
                        .big(OpenThings.MOST);
                yield Outcome.ANSWERED;
            }
            default -> Outcome.UNKNOWN;
        };
    }

    // ---- files

    private Outcome open(int id, String path, int flags, Attributes attributes) {
        Fd file;
        if ((flags & FOR_WRITING) == 0) {
            try (Handle entry = tree.hold(path, true)) {
                file = ConfinedTree.openForReading(entry);
            }
        } else {
            file = openForWriting(path, flags, attributes.mode() < 0 ? USUAL_FILE : attributes.mode());
        }
        out.begin(HANDLE).number(id).number(4).number(open.add(new OpenThings.File(file)));
        return Outcome.ANSWERED;
    }

    private Fd openForWriting(String path, int flags, int mode) {
        if ((flags & CREATE) != 0 && (flags & EXCLUSIVE) != 0) {
            return tree.create(path, mode);
        }
        var how = new ArrayList<OpenFlag>(3);
        how.add((flags & FOR_READING) != 0 ? OpenFlag.READ_WRITE : OpenFlag.WRITE);
        if ((flags & TRUNCATE) != 0) {
            how.add(OpenFlag.TRUNCATE);
        }
        if ((flags & APPEND) != 0) {
            how.add(OpenFlag.APPEND);
        }
        var asked = how.toArray(OpenFlag[]::new);
        if ((flags & CREATE) != 0) {
            return tree.openOrCreate(path, mode, asked).file();
        }
        try (Handle entry = tree.hold(path, true)) {
            return ConfinedTree.openForWriting(entry, asked);
        }
    }

    private Outcome read(int id, Fd file, long offset, int length) {
        requireOffset(offset);
        int wanted = (int) Math.min(Integer.toUnsignedLong(length), SftpSession.MAX_DATA);
        out.begin(DATA).number(id);
        ByteBuffer room = out.data(wanted);
        while (room.hasRemaining()) {
            if (file.pread(room, offset + room.position()) == 0) {
                break;
            }
        }
        if (room.position() == 0 && wanted > 0) {
            return Outcome.AT_END;
        }
        out.keep(room.position());
        return Outcome.ANSWERED;
    }

    private static Outcome write(Fd file, long offset, ByteBuffer data) {
        requireOffset(offset);
        while (data.hasRemaining()) {
            file.pwrite(data, offset + data.position());
        }
        return Outcome.DONE;
    }

    private static void requireOffset(long offset) {
        if (offset < 0 || offset > Long.MAX_VALUE - SftpSession.MAX_PACKET) {
            throw new IllegalArgumentException("an offset is too big");
        }
    }

    // ---- attributes

    private Outcome stat(int id, String path, boolean follow) {
        try (Handle entry = tree.hold(path, follow)) {
            return attributes(id, entry.stat());
        }
    }

    private Outcome attributes(int id, FileStat stat) {
        Attributes.write(out.begin(ATTRS).number(id), stat, root);
        return Outcome.ANSWERED;
    }

    private Outcome set(String path, boolean follow, Attributes wanted) {
        try (Handle entry = tree.hold(path, follow)) {
            if (wanted.size() >= 0) {
                try (Fd file = ConfinedTree.openForWriting(entry, OpenFlag.WRITE)) {
                    file.truncate(wanted.size());
                }
            }
            set(entry, wanted);
        }
        return Outcome.DONE;
    }

    private Outcome set(OpenThings.Thing thing, Attributes wanted) {
        if (wanted.size() >= 0 && thing instanceof OpenThings.File file) {
            file.fd().truncate(wanted.size());
        }
        set(thing.handle(), wanted);
        return Outcome.DONE;
    }

    private void set(Handle entry, Attributes wanted) {
        KernelFiles.refuseChange(entry.fd());
        if (wanted.uid() >= 0) {
            entry.chown(root.hostUid(wanted.uid()), root.hostGid(wanted.gid()));
        }
        if (wanted.mode() >= 0) {
            entry.chmod(wanted.mode());
        }
        if (wanted.hasTimes()) {
            entry.setTimes(wanted.accessedAt(), wanted.modifiedAt());
        }
    }

    private Outcome fileSystem(int id, Fd file) {
        FileSystemStat stat = FileSystemStat.of(file);
        long block = 4096;
        out.begin(EXTENDED_REPLY)
                .number(id)
                .big(block)
                .big(block)
                .big(stat.total() / block)
                .big(stat.free() / block)
                .big(stat.available() / block)
                .big(stat.inodes())
                .big(stat.freeInodes())
                .big(stat.freeInodes())
                .big(0)
                .big(0)
                .big(255);
        return Outcome.ANSWERED;
    }

    // ---- directories and names

    private Outcome openDirectory(int id, String path) {
        Handle folder = tree.hold(path, true);
        try {
            if (!folder.stat().isDirectory()) {
                throw new SyscallException("open(2)", path, Errno.ENOTDIR);
            }
            int name = open.add(new OpenThings.Directory(folder, folder.list().iterator()));
            out.begin(HANDLE).number(id).number(4).number(name);
            return Outcome.ANSWERED;
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private Outcome readDirectory(int id, OpenThings.Directory directory) {
        if (!directory.rest().hasNext()) {
            return Outcome.AT_END;
        }
        out.begin(NAME).number(id);
        int countAt = out.position();
        out.number(0);
        int count = 0;
        var folder = DirFd.of(directory.handle().fd());
        while (directory.rest().hasNext() && count < NAMES_AT_ONCE) {
            DirEntry entry = directory.rest().next();
            var stat = folder.findStat(entry.name());
            if (stat.isPresent()) { // or it went meanwhile
                out.text(entry.name()).text(Attributes.line(entry.name(), stat.get(), root));
                Attributes.write(out, stat.get(), root);
                count++;
            }
        }
        out.patch(countAt, count);
        return count == 0 ? Outcome.AT_END : Outcome.ANSWERED;
    }

    private Outcome makeDirectory(String path, Attributes attributes) {
        tree.makeDirectory(path, attributes.mode() < 0 ? USUAL_DIRECTORY : attributes.mode());
        return Outcome.DONE;
    }

    private Outcome rename(String from, String to, boolean replace) {
        tree.rename(from, to, replace);
        return Outcome.DONE;
    }

    private Outcome readLink(int id, String path) {
        try (Handle entry = tree.hold(path, false)) {
            if (!entry.stat().isSymlink()) {
                throw new SyscallException("readlink(2)", path, Errno.EINVAL);
            }
            return name(id, entry.readLink());
        }
    }

    /// One name without attributes.
    private Outcome name(int id, String name) {
        out.begin(NAME).number(id).number(1).text(name).text(name).number(0);
        return Outcome.ANSWERED;
    }
}
