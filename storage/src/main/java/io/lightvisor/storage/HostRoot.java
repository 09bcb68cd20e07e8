package io.lightvisor.storage;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.mount.DetachedMount;
import io.lightvisor.linux.mount.FsContext;
import io.lightvisor.linux.mount.MountAttribute;
import io.lightvisor.storage.driver.RootLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The root file system of a stopped instance, open for the host: as the guest would see it, with the ids as they are
/// on
/// disk. An overlay is mounted for it, at no place of the host, and goes when this is closed (or the process ends).
///
/// What is in it is the guest's: use it by [io.lightvisor.linux.fs.Resolve#IN_ROOT] only. Never while the instance
/// runs: two overlays must not share an upper layer.
public final class HostRoot implements AutoCloseable {
    private final DirFd root;

    private HostRoot(DirFd root) {
        this.root = root;
    }

    static HostRoot open(RootLayout layout) {
        return switch (layout) {
            case RootLayout.Directory directory -> new HostRoot(DirFd.open(directory.path()));
            case RootLayout.Overlay overlay -> new HostRoot(mount(overlay));
        };
    }

    /// The root folder.
    public DirFd root() {
        return root;
    }

    @Override
    public void close() {
        root.close();
    }

    private static DirFd mount(RootLayout.Overlay overlay) {
        List<Fd> layers = new ArrayList<>();
        try (var fs = FsContext.open("overlay")) {
            var lowers = new StringBuilder();
            for (var lower : overlay.lowers()) {
                lowers.append(lowers.isEmpty() ? "" : ":").append(path(lower, layers));
            }
            // The same marks (user.overlay.*) as inside a user namespace, where the guest mounts it.
            fs.flag("userxattr");
            fs.set("lowerdir", lowers.toString());
            fs.set("upperdir", path(overlay.upper(), layers));
            fs.set("workdir", path(overlay.work(), layers));
            fs.create();
            DetachedMount mount = fs.mount(Set.of(MountAttribute.NO_SUID, MountAttribute.NO_DEVICES));
            return mount.directory();
        } finally {
            layers.forEach(Fd::close);
        }
    }

    /// A short path to an open folder: fsconfig(2) takes 255 bytes, and a colon in a name would end a layer.
    private static String path(Path folder, List<Fd> layers) {
        var fd = Open.path(folder, OpenFlag.PATH, OpenFlag.DIRECTORY);
        layers.add(fd);
        return fd.procPath().toString();
    }
}
