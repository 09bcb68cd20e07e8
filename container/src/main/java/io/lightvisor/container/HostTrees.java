package io.lightvisor.container;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Resolve;
import io.lightvisor.linux.mount.DetachedMount;
import io.lightvisor.linux.mount.MountAttribute;
import io.lightvisor.linux.mount.Propagation;
import io.lightvisor.model.Idmap;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// Makes parts of the host's tree ready for one container: copies of mounts that nobody sees yet, private to
/// whoever they are attached for, and with ids shown as the container's where that is wanted.
final class HostTrees {
    private static final int S_IFCHR = 0020000;
    private static final int S_IFBLK = 0060000;

    /// Where the user namespace with the container's map comes from.
    interface Namespaces {
        Fd userNamespace() throws InterruptedException;
    }

    private final RunFolder folder;
    private final Idmap map;
    private final Namespaces namespaces;

    HostTrees(RunFolder folder, Idmap map, Namespaces namespaces) {
        this.folder = folder;
        this.map = map;
        this.namespaces = namespaces;
    }

    /// A root or a layer of one. Device nodes in it do not work: those a container may have come one by one.
    DetachedMount root(Path path, boolean readOnly) throws InterruptedException {
        var attributes = EnumSet.noneOf(MountAttribute.class);
        if (readOnly) {
            attributes.add(MountAttribute.READ_ONLY);
        }
        if (map.isMapped()) {
            attributes.add(MountAttribute.NO_DEVICES);
        }
        return copy(path, false, attributes, true);
    }

    /// A folder of a layer by itself. The layer's content is the guest's, so no link in it is followed.
    DetachedMount plain(Path layer, String folder) throws InterruptedException {
        try (var top = DirFd.open(layer);
                var found = top.openDirectory(folder, Resolve.BENEATH, Resolve.NO_SYMLINKS)) {
            var attributes = map.isMapped() ? Set.of(MountAttribute.NO_DEVICES) : Set.<MountAttribute>of();
            return mapped(changed(DetachedMount.copyOf(found.fd(), false), false, attributes, Set.of()), false, true);
        }
    }

    DetachedMount mount(MountSpec mount) throws InterruptedException {
        var attributes = mount.readOnly() ? Set.of(MountAttribute.READ_ONLY) : Set.<MountAttribute>of();
        return copy(mount.source(), mount.recursive(), attributes, mount.shifted());
    }

    /// An unprivileged container cannot make device nodes, so it gets one made by the host, owned by its own ids.
    DetachedMount node(NodeSpec node) {
        try (var run = DirFd.open(folder.path());
                var nodes = run.makeDirectories("nodes", 0700)) {
            String name = nodeFile(node);
            nodes.unlinkIfExists(name);
            nodes.makeNode(name, (node.block() ? S_IFBLK : S_IFCHR) | node.mode(), node.major(), node.minor());
            nodes.chown(
                    name, (int) map.toHost(Idmap.Kind.UID, node.uid()), (int) map.toHost(Idmap.Kind.GID, node.gid()));
            var mount = DetachedMount.copyOf(folder.path().resolve("nodes").resolve(name), false);
            return changed(mount, false, Set.of(), Set.of(MountAttribute.NO_DEVICES));
        }
    }

    /// One file for each path inside, so that a device can come back with another owner.
    private static String nodeFile(NodeSpec node) {
        return node.path().substring(1).replace('%', '_').replace('/', '%');
    }

    private DetachedMount copy(Path path, boolean recursive, Set<MountAttribute> attributes, boolean shifted)
            throws InterruptedException {
        return mapped(
                changed(DetachedMount.copyOf(path, recursive), recursive, attributes, Set.of()), recursive, shifted);
    }

    private DetachedMount mapped(DetachedMount mount, boolean recursive, boolean shifted) throws InterruptedException {
        try {
            if (shifted && !map.isIdentity()) {
                mount.idmap(namespaces.userNamespace(), recursive);
            }
            return mount;
        } catch (RuntimeException | InterruptedException e) {
            mount.close();
            throw e;
        }
    }

    private static DetachedMount changed(
            DetachedMount mount, boolean recursive, Set<MountAttribute> set, Set<MountAttribute> clear) {
        try {
            return mount.change(recursive, set, clear, Optional.of(Propagation.PRIVATE));
        } catch (RuntimeException e) {
            mount.close();
            throw e;
        }
    }
}
