package io.lightvisor.storage.driver;

import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Xattrs;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// What an upper layer says of itself: which of its folders a guest uses as plain ones, for overlays of its own. They
/// are whole in the layer, and what looks like a deletion in them is one of the guest's containers, not of the guest.
public final class PlainMark {
    /// On the root folder of a layer: paths below it, by commas. A guest has no right to `trusted.*`.
    public static final String NAME = "trusted.lightvisor.plain";

    /// Where the programs that run containers keep them, in the order of names.
    public static final List<String> ALL = List.of(
            "var/lib/containerd",
            "var/lib/containers",
            "var/lib/docker",
            "var/lib/incus",
            "var/lib/lxd",
            "var/lib/rancher");

    private PlainMark() {}

    /// The paths that the mark of a layer names.
    public static TreeSet<String> read(DirFd layer) {
        var found = new TreeSet<String>();
        Xattrs.get(layer.fd(), NAME).ifPresent(text -> {
            for (String path : new String(text, StandardCharsets.UTF_8).split(",", -1)) {
                // An image may come with attributes of its own.
                if (ALL.contains(path)) {
                    found.add(path);
                }
            }
        });
        return found;
    }

    /// Puts the mark on a layer.
    public static void write(DirFd layer, Collection<String> paths) {
        Xattrs.set(layer.fd(), NAME, String.join(",", paths).getBytes(StandardCharsets.UTF_8));
    }
}
