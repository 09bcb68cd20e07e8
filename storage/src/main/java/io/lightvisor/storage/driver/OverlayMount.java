package io.lightvisor.storage.driver;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.mount.DetachedMount;
import io.lightvisor.linux.mount.FsContext;
import io.lightvisor.linux.mount.MountAttribute;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Mounts a root that is an overlay for the host, at no place of the host: it goes when its descriptor is closed.
public final class OverlayMount {
    /// Up to here the layers fit into the one text of 255 bytes that every kernel takes; more need `lowerdir+` (6.5).
    private static final int FEW = 8;

    private OverlayMount() {}

    /// For reading and writing. Two overlays must not share an upper layer: never while the instance runs.
    public static DirFd writable(RootLayout.Overlay overlay) {
        return mount(overlay.lowers(), overlay);
    }

    /// For reading only.
    public static DirFd readOnly(RootLayout.FrozenOverlay overlay) {
        // The kernel wants two layers where nothing can be written.
        if (overlay.lowers().size() == 1) {
            return DirFd.open(overlay.lowers().getFirst());
        }
        // A mount's own descriptor is no open folder (O_PATH): it cannot be listed or asked for attributes.
        try (var mount = mount(overlay.lowers(), null)) {
            return mount.openDirectory(".");
        }
    }

    private static DirFd mount(List<Path> lowers, RootLayout.@org.jspecify.annotations.Nullable Overlay upper) {
        List<Fd> layers = new ArrayList<>();
        try (var fs = FsContext.open("overlay")) {
            // The same marks (user.overlay.*) as inside a user namespace, where the guest mounts it.
            fs.flag("userxattr");
            var paths = new ArrayList<String>(lowers.size());
            for (var lower : lowers) {
                paths.add(path(lower, layers));
            }
            lowers(fs, paths);
            if (upper != null) {
                fs.set("upperdir", path(upper.upper(), layers));
                fs.set("workdir", path(upper.work(), layers));
            }
            fs.create();
            DetachedMount mount = fs.mount(
                    upper == null
                            ? Set.of(MountAttribute.NO_SUID, MountAttribute.NO_DEVICES, MountAttribute.READ_ONLY)
                            : Set.of(MountAttribute.NO_SUID, MountAttribute.NO_DEVICES));
            return mount.directory();
        } finally {
            layers.forEach(Fd::close);
        }
    }

    private static void lowers(FsContext fs, List<String> paths) {
        if (paths.size() <= FEW) {
            fs.set("lowerdir", String.join(":", paths));
            return;
        }
        try {
            for (var path : paths) {
                fs.set("lowerdir+", path);
            }
        } catch (SyscallException e) {
            if (!e.is(Errno.EINVAL)) {
                throw e;
            }
            fs.set("lowerdir", String.join(":", paths));
        }
    }

    /// A short path to an open folder: a colon in a name would end a layer.
    private static String path(Path folder, List<Fd> layers) {
        var fd = Open.path(folder, OpenFlag.PATH, OpenFlag.DIRECTORY);
        layers.add(fd);
        return fd.procPath().toString();
    }
}
