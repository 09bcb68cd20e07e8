package io.lightvisor.linux.cgroup;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.mount.MountInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The control groups of this host: which hierarchies are mounted, and which controller is where.
public final class CgroupTree {
    private static final int DIRECTORY_MODE = 0755;
    private static final System.Logger LOG = System.getLogger("lightvisor.linux");

    /// What was said already: the same refusal comes with every group made.
    private static final Set<String> REFUSED = ConcurrentHashMap.newKeySet();

    /// How the host has its groups.
    public enum Layout {
        /// Version 1 only.
        V1,
        /// Version 1, with a version 2 tree beside it that may have some of the controllers.
        HYBRID,
        /// Version 2 only.
        V2
    }

    private final List<CgroupHierarchy> hierarchies;
    private final Map<String, CgroupHierarchy> byController;
    private final Optional<CgroupHierarchy> unified;
    private final MoveWarmUp warmUp = new MoveWarmUp(this);

    private CgroupTree(List<CgroupHierarchy> hierarchies) {
        this.hierarchies = List.copyOf(hierarchies);
        this.byController = new HashMap<>();
        for (var hierarchy : hierarchies) {
            for (var controller : hierarchy.controllers()) {
                byController.put(controller, hierarchy);
            }
        }
        this.unified = hierarchies.stream().filter(CgroupHierarchy::unified).findFirst();
    }

    /// Looks at what is mounted in this process's mount namespace.
    ///
    /// @throws IllegalStateException if nothing is
    public static CgroupTree detect() {
        try {
            return of(MountInfo.ofSelf());
        } catch (IOException e) {
            throw new IllegalStateException("cannot read what is mounted: " + e.getMessage(), e);
        }
    }

    static CgroupTree of(List<MountInfo> mounts) {
        var found = new ArrayList<CgroupHierarchy>();
        var devices = new HashSet<String>();
        for (var mount : mounts) {
            boolean second = mount.type().equals("cgroup2");
            if ((second || mount.type().equals("cgroup")) && devices.add(mount.device())) {
                found.add(second ? second(mount) : first(mount));
            }
        }
        if (found.isEmpty()) {
            throw new IllegalStateException("no cgroup file system is mounted; mount cgroup2 on /sys/fs/cgroup");
        }
        return new CgroupTree(found);
    }

    public Layout layout() {
        if (unified.isEmpty()) {
            return Layout.V1;
        }
        return hierarchies.size() == 1 ? Layout.V2 : Layout.HYBRID;
    }

    public List<CgroupHierarchy> hierarchies() {
        return hierarchies;
    }

    /// The version 2 hierarchy, if there is one.
    public Optional<CgroupHierarchy> unified() {
        return unified;
    }

    /// Where a controller is: `cpu`, `cpuacct`, `cpuset`, `memory`, `pids`, `blkio` (1), `io` (2), `devices`
    /// (1), `freezer` (1), `hugetlb`, `net_prio` (1).
    public Optional<CgroupHierarchy> find(String controller) {
        return Optional.ofNullable(byController.get(controller));
    }

    /// Says that a process will soon be moved into a group, so that the kernel is ready for it by then.
    /// Returns at once; harmless if nothing is moved.
    public void expectMoves() {
        warmUp.ask();
    }

    public boolean has(String controller) {
        return byController.containsKey(controller);
    }

    /// Makes the group in every hierarchy, and the groups above it that are missing, with all controllers of
    /// version 2 enabled down to it.
    ///
    /// @param path below the mounts: `lxc.payload.c1`, `lightvisor/c1`
    /// @throws SyscallException with `EEXIST` if it is there already in any of them; nothing is made then
    public Cgroup create(String path) {
        var names = components(path);
        var made = new ArrayList<CgroupHierarchy>();
        try {
            for (var hierarchy : hierarchies) {
                create(hierarchy, names);
                made.add(hierarchy);
            }
        } catch (RuntimeException e) {
            for (var hierarchy : made) {
                try (var parent = openParent(hierarchy, names)) {
                    parent.removeDirectory(names.getLast());
                } catch (SyscallException also) {
                    e.addSuppressed(also);
                }
            }
            throw e;
        }
        return new Cgroup(this, path);
    }

    /// The group of this path, which need not exist.
    public Cgroup at(String path) {
        components(path);
        return new Cgroup(this, path);
    }

    /// Whether the group exists in any hierarchy.
    public boolean exists(String path) {
        for (var hierarchy : hierarchies) {
            if (java.nio.file.Files.isDirectory(hierarchy.mountPoint().resolve(path))) {
                return true;
            }
        }
        return false;
    }

    /// In which group of a hierarchy a process is, as seen from this cgroup namespace:
    /// `/lxc.payload.c1/init.scope`. Empty if there is no such process.
    public Optional<String> pathOf(int pid, CgroupHierarchy hierarchy) {
        var text = CgroupFiles.read("/proc/" + pid + "/cgroup");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        for (var line : text.get().split("\n")) {
            // "4:memory:/path", "9:name=systemd:/path", "0::/path"
            int first = line.indexOf(':');
            int second = line.indexOf(':', first + 1);
            var what = line.substring(first + 1, second);
            boolean same = hierarchy.unified()
                    ? what.isEmpty()
                    : what.equals("name=" + hierarchy.name())
                            || (!hierarchy.controllers().isEmpty()
                                    && Set.of(what.split(",")).equals(hierarchy.controllers()));
            if (same) {
                return Optional.of(line.substring(second + 1));
            }
        }
        return Optional.empty();
    }

    static List<String> components(String path) {
        var names = List.of(path.split("/", -1));
        for (var name : names) {
            if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("not the path of a cgroup: '" + path + "'");
            }
        }
        return names;
    }

    private static CgroupHierarchy first(MountInfo mount) {
        var controllers = new HashSet<String>();
        var name = "";
        var notControllers = Set.of("rw", "ro", "xattr", "clone_children", "noprefix", "none", "cpuset_v2_mode", "all");
        for (var option : mount.superOptions()) {
            if (option.startsWith("name=")) {
                name = option.substring("name=".length());
            } else if (!notControllers.contains(option) && option.indexOf('=') < 0) {
                controllers.add(option);
            }
        }
        return new CgroupHierarchy(Path.of(mount.mountPoint()), false, controllers, name);
    }

    private static CgroupHierarchy second(MountInfo mount) {
        var offered =
                CgroupFiles.read(mount.mountPoint() + "/cgroup.controllers").orElse("");
        return new CgroupHierarchy(Path.of(mount.mountPoint()), true, words(offered), "");
    }

    private static Set<String> words(String text) {
        var all = new HashSet<String>();
        for (var word : text.strip().split(" ")) {
            if (!word.isEmpty()) {
                all.add(word);
            }
        }
        return all;
    }

    private static void create(CgroupHierarchy hierarchy, List<String> names) {
        var at = DirFd.open(hierarchy.mountPoint());
        try {
            var directory = hierarchy.mountPoint();
            for (int i = 0; i < names.size(); i++) {
                if (hierarchy.unified()) {
                    enableControllers(directory);
                }
                var name = names.get(i);
                boolean last = i == names.size() - 1;
                try {
                    at.makeDirectory(name, DIRECTORY_MODE);
                } catch (SyscallException e) {
                    if (last || !e.is(Errno.EEXIST)) {
                        throw e;
                    }
                }
                var parent = directory;
                directory = directory.resolve(name);
                if (hierarchy.controllers().contains("cpuset") && !hierarchy.unified()) {
                    inheritCpuset(parent, directory);
                }
                if (!last) {
                    var next = at.openChild(name);
                    at.close();
                    at = next;
                }
            }
        } finally {
            at.close();
        }
    }

    private static DirFd openParent(CgroupHierarchy hierarchy, List<String> names) {
        var at = DirFd.open(hierarchy.mountPoint());
        for (var name : names.subList(0, names.size() - 1)) {
            try (var above = at) {
                at = above.openChild(name);
            }
        }
        return at;
    }

    /// A new group of version 1 has no CPUs and no memory nodes, and takes no process (cpuset(7)). It gets
    /// those of its parent, and so will whatever is made below it.
    private static void inheritCpuset(Path parent, Path directory) {
        for (var file : List.of("cpuset.cpus", "cpuset.mems")) {
            if (CgroupFiles.read(directory + "/" + file).orElse("").isBlank()) {
                CgroupFiles.write(
                        directory + "/" + file,
                        CgroupFiles.read(parent + "/" + file).orElse("").strip());
            }
        }
        CgroupFiles.write(directory + "/cgroup.clone_children", "1");
    }

    /// Hands every controller that a group has to the groups below it, each by itself: one refusal must not
    /// lose the rest.
    private static void enableControllers(Path directory) {
        var enabled =
                words(CgroupFiles.read(directory + "/cgroup.subtree_control").orElse(""));
        for (var controller :
                words(CgroupFiles.read(directory + "/cgroup.controllers").orElse(""))) {
            if (!enabled.contains(controller)) {
                try {
                    CgroupFiles.write(directory + "/cgroup.subtree_control", "+" + controller);
                } catch (SyscallException e) {
                    var level = REFUSED.add(directory + " " + controller)
                            ? System.Logger.Level.WARNING
                            : System.Logger.Level.DEBUG;
                    LOG.log(level, "no limits by {0}: {1}", controller, e.getMessage());
                }
            }
        }
    }
}
