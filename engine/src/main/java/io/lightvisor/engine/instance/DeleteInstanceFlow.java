package io.lightvisor.engine.instance;

import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.server.Pools;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Problem;
import io.lightvisor.model.StorageVolume;
import io.lightvisor.store.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Deletes a stopped instance: its root goes out of sight at once and is removed in the background.
final class DeleteInstanceFlow {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

    private final World world;

    DeleteInstanceFlow(World world) {
        this.world = world;
    }

    /// Refuses what cannot be deleted now.
    void accept(Instance instance) {
        if (world.runs().containsKey(instance.id())) {
            throw Problem.badRequest("Instance is running").exception();
        }
        var facts = world.store().facts();
        if (InstancePlanner.expanded(facts, instance).flag("security.protection.delete", false)) {
            throw new Problem.BadRequest(
                            "Instance is protected from being deleted", "", "unset security.protection.delete first")
                    .exception();
        }
    }

    void run(Instance.Ref ref) throws InterruptedException {
        var named = Instances.require(world.store().facts(), ref);
        try (var _ = world.locks().lock(named.id())) {
            var facts = world.store().facts();
            var instance = Instances.require(facts, ref);
            accept(instance);
            var pool = Pools.ofRoot(facts, InstancePlanner.expanded(facts, instance));
            world.roots().evict(instance.id());
            world.pools().delete(pool, ref);
            world.nics().forget(facts, instance);
            world.store().decide(draft -> {
                draft.remove(
                        Kind.STORAGE_VOLUME,
                        new StorageVolume.Ref(
                                pool.name(),
                                instance.project(),
                                StorageVolume.Type.CONTAINER,
                                instance.name().value()));
                for (var snapshot : draft.snapshots(ref)) {
                    draft.remove(Kind.INSTANCE_SNAPSHOT, snapshot.ref());
                }
                BackupStore.forget(draft, ref);
                return draft.remove(Kind.INSTANCE, ref);
            });
            new BackupStore(world.lxdDir()).deleteAll(ref);
            removeLogs(world.logs(instance.hostName()));
            world.events()
                    .lifecycle(
                            instance.project(),
                            "instance-deleted",
                            Urls.of("instances", instance.name().value(), instance.project()),
                            Map.of());
        }
    }

    private static void removeLogs(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot remove logs in " + folder + ", going on: " + e.getMessage());
        }
    }
}
