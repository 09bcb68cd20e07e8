package io.lightvisor.engine.instance;

import io.lightvisor.engine.backup.BackupYaml;
import io.lightvisor.engine.server.Pools;
import io.lightvisor.image.backup.BackupWriter;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceSnapshot;
import io.lightvisor.storage.StoragePools;
import io.lightvisor.storage.driver.PlainMark;
import io.lightvisor.storage.driver.RootLayout;
import io.lightvisor.store.Facts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Finds what a backup is packed of.
final class BackupParts {
    private BackupParts() {}

    /// Snapshots, the oldest first, and then the instance.
    static List<BackupWriter.Part> of(
            StoragePools pools, Facts facts, Instance instance, boolean running, boolean instanceOnly) {
        var pool = Pools.ofRoot(facts, InstancePlanner.expanded(facts, instance));
        var volume = pools.require(pool, instance.ref());
        byte[] yaml = BackupYaml.file(facts, instance, running);
        var parts = new ArrayList<BackupWriter.Part>();
        if (!instanceOnly) {
            var snapshots = new ArrayList<>(facts.snapshots(instance.ref()));
            snapshots.sort(Comparator.comparing(InstanceSnapshot::createdAt));
            for (var each : snapshots) {
                var frozen = pools.requireSnapshot(pool, instance.ref(), each.name());
                parts.add(new BackupWriter.Part(
                        "snapshots/" + each.name(),
                        frozen.folder(),
                        yaml,
                        layers(frozen.layout()),
                        plain(layers(frozen.layout()))));
            }
        }
        var layers = layers(volume.layout());
        parts.add(new BackupWriter.Part("container", volume.folder(), yaml, layers, plain(layers)));
        return parts;
    }

    private static Set<String> plain(List<Path> layers) {
        var marked = new TreeSet<String>();
        if (layers.size() > 1) {
            for (var layer : layers) {
                try (var open = DirFd.open(layer)) {
                    marked.addAll(PlainMark.read(open));
                }
            }
        }
        return marked;
    }

    private static List<Path> layers(RootLayout layout) {
        return switch (layout) {
            case RootLayout.Directory(Path path) -> List.of(path);
            case RootLayout.FrozenOverlay(List<Path> layers) -> layers;
            case RootLayout.Overlay overlay -> {
                var all = new ArrayList<Path>();
                all.add(overlay.upper());
                all.addAll(overlay.lowers());
                yield all;
            }
        };
    }
}
