package io.lightvisor.storage;

import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.storage.driver.OverlayMount;
import io.lightvisor.storage.driver.RootLayout;

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
            case RootLayout.Overlay overlay -> new HostRoot(OverlayMount.writable(overlay));
            case RootLayout.FrozenOverlay frozen -> new HostRoot(OverlayMount.readOnly(frozen));
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
}
