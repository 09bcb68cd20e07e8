package io.lightvisor.storage;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Resolve;
import io.lightvisor.linux.fs.Trees;
import io.lightvisor.linux.fs.Xattrs;
import io.lightvisor.linux.process.BlockingThread;
import io.lightvisor.storage.driver.PlainMark;
import io.lightvisor.storage.driver.RootLayout;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// The folders of an overlay root in which a guest keeps containers of its own. An overlay cannot carry another one's
/// upper layer, so the guest gets them as plain folders of the pool: at each start what the instance's upper layer has
/// under this name is shown over the same place of the root.
///
///     upper/var/lib/docker/    owned by this instance alone, whole (nothing of a lower layer shows through)
///         | idmapped bind
///     /var/lib/docker          of the running container; a real file system, where overlay2 works
///
/// They stay part of the upper layer, so that snapshots, copies and removals find them where they look anyway. Which
/// ones an upper layer has is written on it ([PlainMark]); the guest, which has no right to `trusted.*`, cannot.
/// A layer that was frozen by a snapshot keeps its mark: the first start above it copies the folder, which from then on
/// is the instance's own.
final class PlainFolders {
    private static final String OPAQUE = "user.overlay.opaque";
    private static final String NEW = "plain.new";

    /// Where the programs that run containers keep them, in the order of names.
    static final List<String> ALL = List.of(
            "var/lib/containerd",
            "var/lib/containers",
            "var/lib/docker",
            "var/lib/incus",
            "var/lib/lxd",
            "var/lib/rancher");

    private static final Resolve[] INSIDE = {Resolve.BENEATH, Resolve.NO_SYMLINKS, Resolve.NO_XDEV};

    private final RootLayout.Overlay layout;
    private final DirFd upper;
    private final TreeSet<String> own;
    /// The topmost lower layer that has the folder whole.
    private final Map<String, Path> frozen = new HashMap<>();

    private PlainFolders(RootLayout.Overlay layout, DirFd upper) {
        this.layout = layout;
        this.upper = upper;
        this.own = PlainMark.read(upper);
        for (Path lower : layout.lowers()) {
            try (var layer = DirFd.open(lower)) {
                PlainMark.read(layer).forEach(path -> frozen.putIfAbsent(path, lower));
            }
        }
    }

    /// Makes them ready for a start: a few calls if all are there, else a mount of the root and, for what an image or
    /// a snapshot brought, a copy. A place that the guest has made something else of (a link) is left as it is.
    ///
    /// @param all whether the instance may run containers; otherwise it gets those that it has already
    /// @return paths below the upper layer and the root alike
    static List<String> prepare(RootLayout.Overlay layout, boolean all) throws Exception {
        try (var upper = DirFd.open(layout.upper())) {
            var folders = new PlainFolders(layout, upper);
            var wanted = new TreeSet<>(folders.own);
            wanted.addAll(folders.frozen.keySet());
            if (all) {
                wanted.addAll(PlainMark.ALL);
            }
            var before = new TreeSet<>(folders.own);
            wanted.removeIf(path -> before.contains(path) && folders.isInUpper(path));
            if (!wanted.isEmpty()) {
                BlockingThread.call("lightvisor:plain folders", () -> {
                    folders.make(wanted, all);
                    return folders;
                });
            }
            folders.own.removeIf(path -> !folders.isInUpper(path));
            if (!folders.own.equals(before)) {
                folders.mark();
            }
            return List.copyOf(folders.own);
        }
    }

    private void mark() {
        try {
            PlainMark.write(upper, own);
        } catch (SyscallException e) {
            // A daemon that is itself in a container has no such attributes; it looks again at each start.
            if (!e.is(Errno.EPERM)) {
                throw e;
            }
        }
    }

    private void make(TreeSet<String> paths, boolean all) throws Exception {
        var toCopy = new TreeSet<String>();
        try (var host = HostRoot.open(layout)) {
            for (String path : paths) {
                try {
                    if (all) {
                        host.root().makeDirectories(path, 0755).close();
                    } else {
                        host.root()
                                .openDirectory(path, Resolve.BENEATH, Resolve.NO_SYMLINKS)
                                .close();
                    }
                } catch (SyscallException e) {
                    if (!e.is(Errno.ELOOP, Errno.ENOTDIR) && !e.is(Errno.ENOENT)) {
                        throw e;
                    }
                    continue; // a link or a file: the guest's choice, and its own business
                }
                if (isInUpper(path) && (isOpaque(path) || !isInLowers(path))) {
                    own.add(path);
                } else {
                    toCopy.add(path);
                    // The folders on the way come into the upper layer, with their owners and modes.
                    var parent = path.substring(0, path.lastIndexOf('/'));
                    try (var folder = host.root().openDirectory(parent, Resolve.BENEATH, Resolve.NO_SYMLINKS)) {
                        folder.makeDirectory(".lightvisor.new", 0700);
                        folder.removeDirectory(".lightvisor.new");
                    }
                    copy(path, host);
                }
            }
        }
        // Only now: what lies below an overlay may not be changed while it is mounted.
        for (String path : toCopy) {
            put(path);
            own.add(path);
        }
    }

    /// From a layer that has it whole, so that the marks which nested overlays keep in it (whiteouts, attributes) are
    /// copied and not understood; else as the overlay shows it.
    private void copy(String path, HostRoot host) throws InterruptedException {
        Path whole = isInUpper(path) ? null : frozen.get(path);
        try (var from = whole == null ? null : DirFd.open(whole);
                var source =
                        (from == null ? host.root() : from).openDirectory(path, Resolve.BENEATH, Resolve.NO_SYMLINKS);
                var parent = DirFd.open(layout.upperParent())) {
            Trees.remove(parent, staged(path));
            parent.makeDirectory(staged(path), 0700);
            try (var fresh = parent.openChild(staged(path))) {
                Trees.copy(source, fresh);
                Xattrs.set(fresh.fd(), OPAQUE, new byte[] {'y'});
            }
        }
    }

    private void put(String path) {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        try (var parent = DirFd.open(layout.upperParent());
                var folder = upper.openDirectory(path.substring(0, slash), INSIDE)) {
            if (folder.exists(name)) {
                parent.exchange(staged(path), folder, name);
                Trees.remove(parent, staged(path));
            } else {
                parent.rename(staged(path), folder, name);
            }
        }
    }

    private static String staged(String path) {
        return NEW + "." + path.substring(path.lastIndexOf('/') + 1);
    }

    private boolean isInUpper(String path) {
        return isFolder(upper, path);
    }

    private boolean isInLowers(String path) {
        for (Path lower : layout.lowers()) {
            try (var layer = DirFd.open(lower)) {
                if (isFolder(layer, path)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isOpaque(String path) {
        try (var folder = upper.openDirectory(path, INSIDE)) {
            var mark = Xattrs.get(folder.fd(), OPAQUE);
            return mark.isPresent() && mark.get().length == 1 && mark.get()[0] == 'y';
        }
    }

    private static boolean isFolder(DirFd layer, String path) {
        try {
            layer.openDirectory(path, INSIDE).close();
            return true;
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT, Errno.ENOTDIR) || e.is(Errno.ELOOP, Errno.EXDEV)) {
                return false;
            }
            throw e;
        }
    }
}
