package io.lightvisor.engine.server;

import io.lightvisor.engine.event.Events;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.operation.Precondition;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.Project;
import io.lightvisor.model.RootDisk;
import io.lightvisor.model.StoragePool;
import io.lightvisor.model.StorageVolume;
import io.lightvisor.storage.PoolResources;
import io.lightvisor.storage.StoragePools;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import io.lightvisor.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// Storage pools as recorded, and who uses them.
public final class Pools {
    private final Store store;
    private final Events events;
    private final StoragePools pools;
    private final ReentrantLock changing = new ReentrantLock(); // one pool is made or removed at a time

    public Pools(Store store, Events events, StoragePools pools) {
        this.store = store;
        this.events = events;
        this.pools = pools;
    }

    /// All of them.
    public List<StoragePool> list() {
        return store.facts().storagePools();
    }

    /// The pool of that name.
    public StoragePool require(PoolName name) {
        return require(store.facts(), name);
    }

    /// The pool among these facts.
    public static StoragePool require(Facts facts, PoolName name) {
        return facts.storagePool(name)
                .orElseThrow(() -> Problem.notFound("Storage pool not found").exception());
    }

    /// How full it is.
    public PoolResources resources(PoolName name) {
        return pools.resources(require(name));
    }

    /// The driver for a pool that nobody chose one for.
    public String defaultDriver() {
        return pools.defaultDriver();
    }

    /// Makes a pool.
    public void create(PoolName name, String driver, String description, Map<String, String> config) {
        changing.lock();
        try {
            if (store.facts().storagePool(name).isPresent()) {
                throw Problem.badRequest("Storage pool \"" + name + "\" already exists")
                        .exception();
            }
            var pool = pools.complete(new StoragePool(name, driver, description, config));
            for (var other : store.facts().storagePools()) {
                if (other.config()
                        .getOrDefault("source", "")
                        .equals(pool.config().get("source"))) {
                    throw Problem.badRequest("Source path \"" + pool.config().get("source")
                                    + "\" is already used by storage pool \"" + other.name() + "\"")
                            .exception();
                }
            }
            pools.create(pool);
            try {
                store.decide(draft -> {
                    draft.put(Kind.STORAGE_POOL, pool);
                    return true;
                });
            } catch (RuntimeException e) {
                pools.delete(pool);
                throw e;
            }
        } finally {
            changing.unlock();
        }
        events.lifecycle(Project.DEFAULT, "storage-pool-created", Urls.of("storage-pools", name.value()));
    }

    /// Changes description and keys.
    public void update(
            PoolName name, Precondition<StoragePool> precondition, String description, Map<String, String> config) {
        store.decide(draft -> {
            var before = require(draft, name);
            precondition.check(before);
            var after = new StoragePool(name, before.driver(), description, config);
            pools.validateUpdate(before, after);
            draft.put(Kind.STORAGE_POOL, after);
            return true;
        });
        events.lifecycle(Project.DEFAULT, "storage-pool-updated", Urls.of("storage-pools", name.value()));
    }

    /// Deletes a pool that nobody uses; contents of images go with it.
    public void delete(PoolName name) {
        changing.lock();
        try {
            var pool = require(name);
            for (var url : usedBy(name)) {
                if (!url.startsWith("/1.0/images/")) {
                    throw new Problem.BadRequest("The storage pool is currently in use", "by " + url, "").exception();
                }
            }
            pools.delete(pool);
            store.decide(draft -> {
                for (var volume : draft.storageVolumes(name)) {
                    draft.remove(Kind.STORAGE_VOLUME, volume.ref());
                }
                return draft.remove(Kind.STORAGE_POOL, name);
            });
        } finally {
            changing.unlock();
        }
        events.lifecycle(Project.DEFAULT, "storage-pool-deleted", Urls.of("storage-pools", name.value()));
    }

    /// URLs of what uses a pool: instances and profiles with their root in it, images unpacked in it, custom
    /// volumes.
    public List<String> usedBy(PoolName name) {
        var facts = store.facts();
        var urls = new ArrayList<String>();
        for (var volume : facts.storageVolumes(name)) {
            switch (volume.type()) {
                case IMAGE -> urls.add(Urls.of("images", volume.name(), volume.project()));
                case CUSTOM -> urls.add("/1.0/storage-pools/" + name + "/volumes/custom/" + volume.name());
                case CONTAINER, VIRTUAL_MACHINE -> {}
            }
        }
        for (var i : facts.instances()) {
            if (isRoot(ExpandedInstance.of(i, Profiles.of(facts, i)), name)) {
                urls.add(Urls.of("instances", i.name().value(), i.project()));
            }
        }
        for (var p : facts.all(Kind.PROFILE)) {
            for (var options : p.devices().byName().values()) {
                if ("disk".equals(options.get("type")) && name.value().equals(options.get("pool"))) {
                    urls.add(Urls.of("profiles", p.name().value(), p.project()));
                    break;
                }
            }
        }
        urls.sort(null);
        return urls;
    }

    private static boolean isRoot(ExpandedInstance instance, PoolName pool) {
        for (var options : instance.devices().byName().values()) {
            if ("disk".equals(options.get("type")) && pool.value().equals(options.get("pool"))) {
                return true;
            }
        }
        return false;
    }

    /// The root volume of an instance as a record for the API; empty where it has none.
    public List<StorageVolume> volumes(PoolName name) {
        require(name);
        return store.facts().storageVolumes(name);
    }

    /// In which pool an instance's root lies.
    public static StoragePool ofRoot(Facts facts, ExpandedInstance instance) {
        return require(facts, RootDisk.require(instance).pool());
    }
}
