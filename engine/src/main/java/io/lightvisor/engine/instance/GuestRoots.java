package io.lightvisor.engine.instance;

import io.lightvisor.container.RunningContainer;
import io.lightvisor.engine.operation.KeyedLocks;
import io.lightvisor.engine.server.Pools;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.FsIdentity;
import io.lightvisor.model.Idmap;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Problem;
import io.lightvisor.storage.HostRoot;
import io.lightvisor.storage.StoragePools;
import io.lightvisor.store.Store;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The roots of instances that are open for the file API, at most one of each, shared by all who work in it.
///
/// Of a running instance it is what its init sees, mounts included, and stays open as long as it runs. Of a stopped one
/// it is opened for as long as somebody uses it: an overlay must not be mounted twice. Whatever takes the root away
/// (start, exit, delete, restore) calls [#evict] with the instance's lock held.
final class GuestRoots {
    private final Store store;
    private final StoragePools pools;
    private final KeyedLocks<Long> locks;
    private final ConcurrentHashMap<Long, Run> runs;
    private final ConcurrentHashMap<Long, SharedRoot> open = new ConcurrentHashMap<>();

    GuestRoots(Store store, StoragePools pools, KeyedLocks<Long> locks, ConcurrentHashMap<Long, Run> runs) {
        this.store = store;
        this.pools = pools;
        this.locks = locks;
        this.runs = runs;
    }

    /// Opens the root of an instance. Waits for the operation that it is in, unless the root is open already.
    GuestRoot open(Instance.Ref ref) throws InterruptedException {
        var instance = Instances.require(store.facts(), ref);
        long id = instance.id();
        GuestRoot found = share(id, runs.get(id));
        if (found != null) {
            return found;
        }
        try (var _ = locks.lock(id)) {
            Instances.require(store.facts(), ref);
            Run run = runs.get(id);
            found = share(id, run);
            if (found != null) {
                return found;
            }
            SharedRoot made = run == null ? stopped(ref, id) : running(run);
            open.put(id, made);
            GuestRoot root = made.share();
            if (run == null) {
                made.release(); // it lives as long as its users
            }
            if (root == null) {
                throw new IllegalStateException("a root that was just opened is closed");
            }
            return root;
        }
    }

    /// Takes the root away from everyone who works in it: their files are closed, and what they do fails.
    void evict(long id) throws InterruptedException {
        SharedRoot root = open.remove(id);
        if (root != null) {
            root.evict();
        }
    }

    private @Nullable GuestRoot share(long id, @Nullable Run run) {
        SharedRoot root = open.get(id);
        return root == null || root.run() != run ? null : root.share();
    }

    private SharedRoot stopped(Instance.Ref ref, long id) {
        var facts = store.facts();
        var expanded = InstancePlanner.expanded(facts, Instances.require(facts, ref));
        HostRoot root = pools.openRoot(pools.require(Pools.ofRoot(facts, expanded), ref));
        return new SharedRoot(
                null,
                root.root(),
                FsIdentity.OWN,
                Idmap.HOST,
                () -> open.computeIfPresent(id, (_, now) -> now.run() == null && now.isOf(root.root()) ? null : now));
    }

    private static SharedRoot running(Run run) {
        RunningContainer container = run.container();
        Idmap idmap = container.idmap();
        DirFd root;
        try {
            root = container.root();
        } catch (SyscallException e) {
            throw Problem.failed("root of " + container.name() + " not opened", String.valueOf(e.getMessage()))
                    .exception(e);
        }
        long uid = Math.max(0, idmap.toHost(Idmap.Kind.UID, 0));
        long gid = Math.max(0, idmap.toHost(Idmap.Kind.GID, 0));
        return new SharedRoot(run, root, FsIdentity.of(uid, gid), idmap, () -> {});
    }
}
