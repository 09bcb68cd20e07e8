package io.lightvisor.container;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.FileStat;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.crypto.Sha256;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Resolve;
import io.lightvisor.linux.mount.DetachedMount;
import io.lightvisor.linux.mount.FsContext;
import io.lightvisor.linux.mount.MountAttribute;
import io.lightvisor.linux.mount.Propagation;
import io.lightvisor.model.Idmap;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/// Makes parts of the host's tree ready for one container: copies of mounts that nobody sees yet, private to
/// whoever they are attached for, and with ids shown as the container's where that is wanted.
final class HostTrees {
    private static final int S_IFCHR = 0020000;
    private static final int S_IFBLK = 0060000;
    private static final int LONGEST_NAME = 255;

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
            return shifted(
                    changed(DetachedMount.copyOf(found.fd(), false), false, attributes, Set.of(), Propagation.PRIVATE),
                    false);
        }
    }

    DetachedMount mount(MountSpec mount) throws InterruptedException {
        var attributes = EnumSet.noneOf(MountAttribute.class);
        attributes.addAll(mount.attributes());
        if (mount.readOnly()) {
            attributes.add(MountAttribute.READ_ONLY);
        }
        var tree = mount.fileSystem().isEmpty()
                ? DetachedMount.copyOf(mount.source(), mount.recursive())
                : fileSystem(mount);
        changed(tree, mount.recursive(), attributes, Set.of(), mount.propagation());
        return mount.shifted() ? shifted(tree, mount.recursive()) : tree;
    }

    /// Mounts a block device where only this container will see it.
    private static DetachedMount fileSystem(MountSpec mount) {
        try (var fs = FsContext.open(mount.fileSystem())) {
            fs.set("source", mount.source().toString());
            if (mount.readOnly()) {
                fs.flag("ro");
            }
            for (String option : mount.options()) {
                int equals = option.indexOf('=');
                if (equals < 0) {
                    fs.flag(option);
                } else {
                    fs.set(option.substring(0, equals), option.substring(equals + 1));
                }
            }
            return fs.create().mount(Set.of());
        }
    }

    /// A device node, made by the host and owned by the container's own ids: an unprivileged container cannot make one,
    /// and a privileged one may have been given something in its place already (`/dev/fuse`).
    DetachedMount node(NodeSpec node) {
        try (var run = DirFd.open(folder.path());
                var nodes = run.makeDirectories("nodes", 0700)) {
            String name = nodeFile(node.path());
            nodes.unlinkIfExists(name);
            nodes.makeNode(name, (node.block() ? S_IFBLK : S_IFCHR) | node.mode(), node.major(), node.minor());
            nodes.chown(
                    name, (int) map.toHost(Idmap.Kind.UID, node.uid()), (int) map.toHost(Idmap.Kind.GID, node.gid()));
            var mount = DetachedMount.copyOf(folder.path().resolve("nodes").resolve(name), false);
            return changed(mount, false, Set.of(), Set.of(MountAttribute.NO_DEVICES), Propagation.PRIVATE);
        }
    }

    /// One file for each path inside, so that a device can come back with another owner.
    private static String nodeFile(String path) {
        String name = path.substring(1).replace('%', '_').replace('/', '%');
        return name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME ? name : digest(path);
    }

    private static String digest(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        try (var sum = new Sha256()) {
            sum.update(bytes, 0, bytes.length);
            return HexFormat.of().formatHex(sum.digest());
        }
    }

    /// The node made for a path, if there is one.
    static Optional<NodeSpec> find(RunFolder folder, Idmap map, String path) {
        try (var nodes = DirFd.open(folder.path().resolve("nodes"))) {
            return nodes.findStat(nodeFile(path))
                    .map(stat -> new NodeSpec(
                            path,
                            stat.type() == FileStat.Type.BLOCK_DEVICE,
                            stat.rdevMajor(),
                            stat.rdevMinor(),
                            stat.permissions(),
                            map.toInside(Idmap.Kind.UID, stat.uid()),
                            map.toInside(Idmap.Kind.GID, stat.gid())));
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// The container no longer has the node of this path.
    static void forget(RunFolder folder, String path) {
        try (var nodes = DirFd.open(folder.path().resolve("nodes"))) {
            nodes.unlinkIfExists(nodeFile(path));
        } catch (SyscallException e) {
            // Ended meanwhile, and its folder with it.
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    private DetachedMount copy(Path path, boolean recursive, Set<MountAttribute> attributes, boolean shifted)
            throws InterruptedException {
        var mount =
                changed(DetachedMount.copyOf(path, recursive), recursive, attributes, Set.of(), Propagation.PRIVATE);
        return shifted ? shifted(mount, recursive) : mount;
    }

    private DetachedMount shifted(DetachedMount mount, boolean recursive) throws InterruptedException {
        try {
            if (!map.isIdentity()) {
                mount.idmap(namespaces.userNamespace(), recursive);
            }
            return mount;
        } catch (RuntimeException | InterruptedException e) {
            mount.close();
            throw e;
        }
    }

    private static DetachedMount changed(
            DetachedMount mount,
            boolean recursive,
            Set<MountAttribute> set,
            Set<MountAttribute> clear,
            Propagation propagation) {
        try {
            return mount.change(recursive, set, clear, Optional.of(propagation));
        } catch (RuntimeException e) {
            mount.close();
            throw e;
        }
    }
}
