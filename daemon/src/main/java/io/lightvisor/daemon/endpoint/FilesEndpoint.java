package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.daemon.sftp.GuestPaths;
import io.lightvisor.engine.instance.GuestRoot;
import io.lightvisor.engine.instance.Instances;
import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.FileStat;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.ConfinedTree;
import io.lightvisor.linux.fs.Handle;
import io.lightvisor.linux.fs.KernelFiles;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// `/1.0/instances/{name}/files?path=`: the files of an instance, running or not. What is not a plain file, directory
/// or
/// link (a pipe, a device) can be deleted and asked for, but not read or written.
final class FilesEndpoint {
    private static final String BYTES = "application/octet-stream";

    /// More than any file of the kernel's has; /proc/kcore claims the whole address space.
    private static final long LARGEST_KERNEL_FILE = 1 << 30;

    private final Instances instances;

    FilesEndpoint(Instances instances) {
        this.instances = instances;
    }

    List<Route> routes() {
        var routes = new ArrayList<Route>();
        for (String noun : InstancesEndpoint.NOUNS) {
            String files = "/1.0/" + noun + "/{name}/files";
            routes.add(Route.of("GET", files, this::get));
            routes.add(Route.of("HEAD", files, this::get));
            routes.add(Route.of("POST", files, this::post));
            routes.add(Route.of("DELETE", files, this::delete));
        }
        return routes;
    }

    private static String path(Call call) {
        String path = call.query("path");
        if (path.isEmpty()) {
            throw Problem.badRequest("Missing path argument").exception();
        }
        if (path.indexOf('\0') >= 0) {
            throw Problem.badRequest("path " + Problem.printable(path) + " holds a zero character")
                    .exception();
        }
        return path;
    }

    /// What the kernel refused, in the words and codes that clients know.
    private static ProblemException refused(String what, SyscallException e) {
        if (e.is(Errno.ENOENT)) {
            return Problem.notFound("Not Found").exception(e);
        }
        if (e.is(Errno.EBADF)) {
            return Problem.conflict(what + ": the instance was started, stopped or deleted meanwhile")
                    .exception(e);
        }
        return Problem.failed(what, String.valueOf(e.getMessage())).exception(e);
    }

    // ---- reading

    private Answer get(Call call) throws InterruptedException {
        String path = path(call);
        Instance.Ref ref = InstancesEndpoint.ref(call);
        GuestRoot root = instances.openRoot(ref);
        boolean handedOn = false;
        try (Handle entry = root.tree().hold(path, false)) {
            FileStat stat = entry.stat();
            var headers = headers(root, stat);
            if (call.method().equals("HEAD")) {
                return new Answer.Ready(200, Answer.JSON, new byte[0], headers);
            }
            Answer answer = switch (stat.type()) {
                case DIRECTORY -> directory(entry, headers);
                case SYMLINK -> link(path, entry, headers);
                case FILE -> {
                    Answer body = file(root, path, entry, stat, headers);
                    handedOn = true;
                    yield body;
                }
                default ->
                    throw Problem.badRequest(Problem.printable(path) + " is no file, directory or link but a "
                                    + word(stat.type()))
                            .exception();
            };
            instances.tellFile(ref, "instance-file-retrieved", "/files", path);
            return answer;
        } catch (SyscallException e) {
            throw refused(Problem.printable(path) + " not read", e);
        } finally {
            if (!handedOn) {
                root.close();
            }
        }
    }

    private static String word(FileStat.Type type) {
        return switch (type) {
            case FIFO -> "pipe";
            case SOCKET -> "socket";
            case CHARACTER_DEVICE -> "character device";
            case BLOCK_DEVICE -> "block device";
            case FILE, DIRECTORY, SYMLINK -> "file";
        };
    }

    private static Map<String, String> headers(GuestRoot root, FileStat stat) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("X-LXD-uid", Long.toString(root.insideUid(stat.uid())));
        headers.put("X-LXD-gid", Long.toString(root.insideGid(stat.gid())));
        headers.put("X-LXD-mode", octal(stat.permissions()));
        headers.put("X-LXD-modified", FileTimes.text(stat.modified().getEpochSecond()));
        headers.put(
                "X-LXD-type",
                switch (stat.type()) {
                    case DIRECTORY -> "directory";
                    case SYMLINK -> "symlink";
                    default -> "file";
                });
        return headers;
    }

    private static String octal(int mode) {
        String digits = Integer.toOctalString(mode);
        return "0000".substring(Math.min(4, digits.length())) + digits;
    }

    private static Answer directory(Handle entry, Map<String, String> headers) {
        var names = new ArrayList<String>();
        for (var each : entry.list()) {
            names.add(each.name());
        }
        return new Answer.Ready(200, Answer.JSON, Answer.sync(names).body(), headers);
    }

    private static Answer link(String path, Handle entry, Map<String, String> headers) {
        String target = GuestPaths.absolute(ConfinedTree.target(path, entry.readLink()));
        headers.put("Content-Disposition", disposition(path));
        return new Answer.Ready(200, BYTES, target.getBytes(StandardCharsets.UTF_8), headers);
    }

    private static Answer file(GuestRoot root, String path, Handle entry, FileStat stat, Map<String, String> headers) {
        headers.put("Content-Disposition", disposition(path));
        Fd file = ConfinedTree.openForReading(entry);
        OptionalLong length = OptionalLong.of(stat.size());
        try {
            // What the kernel makes up while it is read has no size before.
            if (stat.size() == 0 || stat.size() == 4096 || stat.size() > LARGEST_KERNEL_FILE) {
                if (KernelFiles.isOne(file)) {
                    if (stat.size() > LARGEST_KERNEL_FILE) {
                        throw new SyscallException("read(2)", path, Errno.EPERM);
                    }
                    length = OptionalLong.empty();
                }
            }
            root.using(file);
            return new Answer.FileBody(BYTES, headers, file, length, root::close);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// Names are the guest's and may hold what would end a header.
    private static String disposition(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        var text = new StringBuilder("inline;filename=");
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            text.append(c < ' ' || c > '~' ? '_' : c);
        }
        return text.toString();
    }

    // ---- writing

    private Answer post(Call call) throws IOException, InterruptedException {
        String path = path(call);
        Instance.Ref ref = InstancesEndpoint.ref(call);
        var wish = FileWish.of(call);
        try (GuestRoot root = instances.openRoot(ref)) {
            switch (wish.type()) {
                case FILE -> file(call, root, path, wish);
                case DIRECTORY -> directory(root, path, wish);
                case SYMLINK -> symlink(call, root, path, wish);
            }
        } catch (SyscallException e) {
            throw refused(Problem.printable(path) + " not written", e);
        }
        instances.tellFile(ref, "instance-file-pushed", "/files", path);
        return Answer.empty();
    }

    private static void file(Call call, GuestRoot root, String path, FileWish wish) throws IOException {
        if (wish.append()) {
            try (Handle entry = root.tree().hold(path, true);
                    Fd file = root.using(ConfinedTree.openForWriting(entry, OpenFlag.WRITE, OpenFlag.APPEND))) {
                receive(call, file);
            }
            return;
        }
        long uid = root.hostUid(wish.uid());
        long gid = root.hostGid(wish.gid());
        var opened = root.tree().openOrCreate(path, wish.mode(0644), OpenFlag.WRITE, OpenFlag.TRUNCATE);
        boolean whole = false;
        try (Fd file = root.using(opened.file())) {
            if (opened.isNew() && (wish.uid() != 0 || wish.gid() != 0)) {
                file.chown((int) uid, (int) gid);
            }
            receive(call, file);
            if (opened.isNew() && (wish.mode(0644) & 06000) != 0) {
                file.chmod(wish.mode(0644)); // a new owner, and every write, cost it the set-id bits
            }
            whole = true;
        } finally {
            if (!whole && opened.isNew()) {
                forget(root, path);
            }
        }
    }

    private static void receive(Call call, Fd file) throws IOException {
        call.eachPart(part -> {
            while (part.hasRemaining()) {
                file.write(part);
            }
        });
    }

    /// A new file of which only a part came is of use to nobody.
    private static void forget(GuestRoot root, String path) {
        try {
            root.tree().removeFile(path);
        } catch (SyscallException e) {
            System.getLogger("lightvisor.daemon")
                    .log(System.Logger.Level.DEBUG, "part of a file left in place: " + e.getMessage());
        }
    }

    private static void directory(GuestRoot root, String path, FileWish wish) {
        try (Handle there = root.tree().hold(path, true)) {
            if (!there.stat().isDirectory()) {
                throw new SyscallException("mkdirat(2)", path, Errno.ENOTDIR);
            }
            return;
        } catch (SyscallException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
        long uid = root.hostUid(wish.uid());
        long gid = root.hostGid(wish.gid());
        try {
            root.tree().makeDirectory(path, wish.mode(0750));
        } catch (SyscallException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            return; // another made it meanwhile
        }
        if (wish.uid() != 0 || wish.gid() != 0) {
            try (Handle made = root.tree().hold(path, false)) {
                made.chown(uid, gid);
                if ((wish.mode(0750) & 06000) != 0) {
                    made.chmod(wish.mode(0750));
                }
            }
        }
    }

    private static void symlink(Call call, GuestRoot root, String path, FileWish wish) throws IOException {
        var target = new byte[4096];
        int length;
        try (var body = call.body()) {
            length = body.readNBytes(target, 0, target.length);
        }
        long uid = root.hostUid(wish.uid());
        long gid = root.hostGid(wish.gid());
        var text = new String(target, 0, length, StandardCharsets.UTF_8);
        if (text.isEmpty() || length == target.length || text.indexOf('\0') >= 0) {
            throw Problem.badRequest("the target of a link has 1 to 4095 bytes, none of them zero")
                    .exception();
        }
        root.tree().makeSymlink(path, text);
        if (wish.uid() != 0 || wish.gid() != 0) {
            try (Handle made = root.tree().hold(path, false)) {
                made.chown(uid, gid);
            }
        }
    }

    // ---- removing

    private Answer delete(Call call) throws InterruptedException {
        String path = path(call);
        Instance.Ref ref = InstancesEndpoint.ref(call);
        try (GuestRoot root = instances.openRoot(ref)) {
            root.tree().remove(path);
        } catch (SyscallException e) {
            throw refused(Problem.printable(path) + " not deleted", e);
        }
        instances.tellFile(ref, "instance-file-deleted", "/files", path);
        return Answer.empty();
    }
}
