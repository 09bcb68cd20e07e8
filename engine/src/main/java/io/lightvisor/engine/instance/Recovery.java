package io.lightvisor.engine.instance;

import io.lightvisor.engine.backup.BackupIndex;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.fs.Resolve;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.Profile;
import io.lightvisor.model.Project;
import io.lightvisor.model.StoragePool;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Makes the records again of instances that lie in pools and that no record knows, from the `backup.yaml` beside each:
/// after the loss of the database, or of a server whose disks are here. Looking changes nothing.
public final class Recovery {
    private static final int LARGEST = 16 << 20;

    private final World world;
    private final ImportPlanner planner;
    private final SecureRandom random = new SecureRandom();

    Recovery(World world, ImportPlanner planner) {
        this.world = world;
        this.planner = planner;
    }

    /// An instance that nobody knows.
    public record Lost(PoolName pool, Instance.Ref instance, int snapshots) {}

    /// What was found.
    ///
    /// @param missing what must be made before: profiles, projects, networks; one sentence each
    /// @param broken  what lies there and cannot be understood, with the reason; it stays as it is
    public record Found(List<Lost> lost, List<String> missing, List<String> broken) {
        public Found {
            lost = List.copyOf(lost);
            missing = List.copyOf(missing);
            broken = List.copyOf(broken);
        }
    }

    private record Candidate(StoragePool pool, Instance.Ref ref, BackupIndex index) {}

    /// Looks through pools.
    ///
    /// @param pools recorded ones by their name alone; unknown ones with driver and `source`
    public Found look(List<StoragePool> pools) {
        var facts = world.store().facts();
        var lost = new ArrayList<Lost>();
        var missing = new TreeSet<String>();
        var broken = new ArrayList<String>();
        for (var pool : known(facts, pools)) {
            for (var each : candidates(facts, pool, broken)) {
                lost.add(new Lost(
                        pool.name(), each.ref(), each.index().snapshots().size()));
                missing(facts, each, missing);
            }
        }
        return new Found(lost, List.copyOf(missing), broken);
    }

    /// Records everything that [#look] finds, the pools too. Nothing is recorded if something is missing.
    public void recover(List<StoragePool> pools) {
        var found = look(pools);
        if (!found.missing().isEmpty()) {
            throw new Problem.BadRequest(
                            "Instances not recovered",
                            "missing: " + String.join(", ", found.missing()),
                            "create what is missing first")
                    .exception();
        }
        for (var pool : known(world.store().facts(), pools)) {
            adopt(pool);
            for (var each : candidates(world.store().facts(), pool, new ArrayList<>())) {
                record(each);
            }
        }
    }

    private List<StoragePool> known(Facts facts, List<StoragePool> asked) {
        var known = new ArrayList<StoragePool>();
        for (var pool : asked) {
            known.add(
                    facts.storagePool(pool.name()).orElseGet(() -> world.pools().complete(pool)));
        }
        return known;
    }

    // ---- looking

    private List<Candidate> candidates(Facts facts, StoragePool pool, List<String> broken) {
        var found = new ArrayList<Candidate>();
        var containers = containers(pool);
        try (var folders = Files.newDirectoryStream(containers)) {
            for (var folder : folders) {
                if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    look(facts, pool, folder, found, broken);
                }
            }
        } catch (IOException e) {
            throw new Problem.BadRequest(
                            "Storage pool \"" + pool.name() + "\" cannot be scanned",
                            "no folder " + containers,
                            "give the folder of the pool as its source")
                    .exception(e);
        }
        found.sort(java.util.Comparator.comparing(each -> each.ref().hostName()));
        return found;
    }

    private Path containers(StoragePool pool) {
        var any = new Instance.Ref(Project.DEFAULT, new InstanceName("any"));
        return world.pools().instancePath(pool, any).resolveSibling(".").normalize();
    }

    private void look(Facts facts, StoragePool pool, Path folder, List<Candidate> found, List<String> broken) {
        String hostName = folder.getFileName().toString();
        if (isRecorded(facts, hostName)) {
            return;
        }
        try {
            var index = BackupIndex.parseFile(read(folder));
            var ref = new Instance.Ref(index.project(), index.name());
            if (!ref.hostName().equals(hostName)) {
                broken.add(folder + ": its backup.yaml is of \"" + ref.hostName() + "\"");
                return;
            }
            found.add(new Candidate(pool, ref, withSnapshotsThere(pool, ref, index)));
        } catch (IOException | SyscallException | ProblemException e) {
            broken.add(folder + ": " + e.getMessage());
        }
    }

    private static boolean isRecorded(Facts facts, String hostName) {
        for (var instance : facts.instances()) {
            if (instance.hostName().equals(hostName)) {
                return true;
            }
        }
        return false;
    }

    private static byte[] read(Path folder) throws IOException {
        try (var open = DirFd.open(folder);
                var file = open.open(
                        "backup.yaml",
                        new Resolve[] {Resolve.BENEATH, Resolve.NO_SYMLINKS},
                        0,
                        OpenFlag.READ,
                        OpenFlag.NON_BLOCKING)) {
            if (!file.stat().isFile()) {
                throw new IOException("backup.yaml is no file");
            }
            return file.readAll(LARGEST);
        }
    }

    private BackupIndex withSnapshotsThere(StoragePool pool, Instance.Ref ref, BackupIndex index) {
        var folder = containers(pool).resolveSibling("containers-snapshots").resolve(ref.hostName());
        return index.withSnapshots(index.snapshots().stream()
                .filter(each -> Files.isDirectory(folder.resolve(each.name().value()), LinkOption.NOFOLLOW_LINKS))
                .toList());
    }

    private void missing(Facts facts, Candidate each, TreeSet<String> missing) {
        var project = each.ref().project();
        if (facts.project(project).isEmpty()) {
            missing.add("Project \"" + project + "\"");
            return;
        }
        boolean all = true;
        for (var name : each.index().profiles()) {
            if (facts.profile(new Profile.Ref(project, name)).isEmpty()) {
                missing.add("Profile \"" + name + "\" in project \"" + project + "\"");
                all = false;
            }
        }
        // An unknown pool is a part of what is recovered.
        if (!all || facts.storagePool(each.pool().name()).isEmpty()) {
            return;
        }
        try {
            planner.accept(facts, each.index(), wish(each));
        } catch (ProblemException e) {
            missing.add(e.problem().sentence() + " (instance \"" + each.ref() + "\")");
        }
    }

    private static ImportPlanner.Wish wish(Candidate each) {
        return new ImportPlanner.Wish(
                each.ref().project(),
                Optional.of(each.ref().name()),
                Optional.of(each.pool().name()));
    }

    // ---- recording

    private void adopt(StoragePool pool) {
        if (world.store().facts().storagePool(pool.name()).isPresent()) {
            return;
        }
        world.pools().adopt(pool);
        world.store().decide(draft -> {
            draft.put(Kind.STORAGE_POOL, pool);
            return true;
        });
        world.events()
                .lifecycle(
                        Project.DEFAULT,
                        "storage-pool-created",
                        Urls.of("storage-pools", pool.name().value()));
    }

    private void record(Candidate each) {
        var made = world.store().decide(draft -> {
            var instance =
                    planner.record(draft, each.index(), wish(each), random).withKeys(Map.of(Volatile.CREATING, ""));
            draft.put(Kind.INSTANCE, instance);
            return instance;
        });
        for (var snapshot : each.index().snapshots()) {
            world.pools().settleSnapshot(each.pool(), made.ref(), snapshot.name());
        }
        world.pools().relink(each.pool(), made.ref());
        world.events()
                .lifecycle(
                        made.project(),
                        "instance-created",
                        Urls.of("instances", made.name().value(), made.project()));
    }
}
