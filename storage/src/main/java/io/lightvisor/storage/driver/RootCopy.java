package io.lightvisor.storage.driver;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Resolve;
import io.lightvisor.linux.fs.Trees;
import io.lightvisor.linux.fs.Xattrs;
import java.nio.file.Path;
import java.util.TreeMap;

/// Copies a root whole into one plain folder, whatever it is made of. Blocks the thread.
public final class RootCopy {
    private static final Resolve[] INSIDE = {Resolve.BENEATH, Resolve.NO_SYMLINKS};

    private RootCopy() {}

    /// @param from for reading: no [RootLayout.Overlay]
    /// @param to   an existing, empty folder
    public static void copy(RootLayout from, Path to) throws InterruptedException {
        try (var target = DirFd.open(to)) {
            switch (from) {
                case RootLayout.Directory(var path) -> {
                    try (var source = DirFd.open(path)) {
                        Trees.copy(source, target);
                    }
                }
                case RootLayout.FrozenOverlay frozen -> {
                    try (var source = OverlayMount.readOnly(frozen)) {
                        Trees.copy(source, target);
                    }
                    copyPlainFolders(frozen, target);
                }
                case RootLayout.Overlay _ -> throw new IllegalArgumentException("to be opened for reading only");
            }
        }
    }

    /// What an overlay shows of these folders is not what is in them; so they are copied once more, from the layer.
    private static void copyPlainFolders(RootLayout.FrozenOverlay from, DirFd to) throws InterruptedException {
        var layers = new TreeMap<String, Path>();
        for (Path lower : from.lowers()) {
            try (var layer = DirFd.open(lower)) {
                PlainMark.read(layer).forEach(path -> layers.putIfAbsent(path, lower));
            }
        }
        for (var each : layers.entrySet()) {
            try (var layer = DirFd.open(each.getValue());
                    var source = layer.openDirectory(each.getKey(), INSIDE);
                    var target = to.openDirectory(each.getKey(), INSIDE)) {
                Trees.clear(target);
                Trees.copy(source, target);
            } catch (SyscallException e) {
                if (!e.is(Errno.ENOENT, Errno.ENOTDIR) && !e.is(Errno.ELOOP)) {
                    throw e;
                }
            }
        }
        if (layers.isEmpty()) {
            Xattrs.remove(to.fd(), PlainMark.NAME);
        } else {
            PlainMark.write(to, layers.keySet());
        }
    }
}
