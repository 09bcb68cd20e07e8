package io.lightvisor.container;

import io.lightvisor.container.plan.Plan;
import io.lightvisor.linux.Fd;
import io.lightvisor.model.Idmap;
import io.lightvisor.model.Problem;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// User namespaces that say how idmapped mounts map (mount_setattr(2) takes a map only in this form). One for each
/// distinct map, made on first use and kept: making one is a process, having one is a descriptor.
final class UserNamespaces implements AutoCloseable {
    private static final long NEWUSER = 0x10000000L;

    private final Launcher launcher;
    private final ReentrantLock lock = new ReentrantLock();
    /// Guarded by `lock`.
    private final Map<Idmap, Fd> made = new HashMap<>();

    UserNamespaces(Launcher launcher) {
        this.launcher = launcher;
    }

    /// The namespace with this map. It stays open; do not close it.
    Fd with(Idmap map) throws InterruptedException {
        lock.lock();
        try {
            Fd known = made.get(map);
            if (known == null) {
                known = make(map);
                made.put(map, known);
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            made.values().forEach(Fd::close);
            made.clear();
        } finally {
            lock.unlock();
        }
    }

    private Fd make(Idmap map) throws InterruptedException {
        var plan = new Plan(Plan.Kind.MAP, NEWUSER);
        plan.parent().procWrite("uid_map", map.mapFile(Idmap.Kind.UID));
        plan.parent().procWrite("gid_map", map.mapFile(Idmap.Kind.GID));
        try (var run = launcher.run(plan, "[lightvisor map]")) {
            Report report = run.next();
            if (report.type() == Report.Type.MAPPED && !report.descriptors().isEmpty()) {
                return report.descriptors().getFirst();
            }
            report.close();
            throw Problem.failed("user namespace not made", report.cause()).exception();
        }
    }
}
