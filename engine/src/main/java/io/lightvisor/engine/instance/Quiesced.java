package io.lightvisor.engine.instance;

import io.lightvisor.model.Instance;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// An instance that changes nothing of its root until this is closed: a running one has its processes frozen. Held with
/// the instance's lock. A file tells the next daemon to thaw it, should this one be killed meanwhile.
final class Quiesced implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

    /// Of what changes nothing anyway.
    static final Quiesced NOTHING = new Quiesced(null, null);

    private final @Nullable Run run;
    private final @Nullable Path mark;

    private Quiesced(@Nullable Run run, @Nullable Path mark) {
        this.run = run;
        this.mark = mark;
    }

    static Quiesced of(World world, Instance instance) throws IOException, InterruptedException {
        var run = world.runs().get(instance.id());
        if (run == null) {
            // Who has its files open would go on writing below what is frozen now.
            world.roots().evict(instance.id());
            return NOTHING;
        }
        if (run.container().frozen()) {
            return new Quiesced(run, null);
        }
        var mark = mark(world, instance.id());
        Files.createDirectories(mark.resolveSibling("."));
        try {
            Files.createFile(mark);
        } catch (FileAlreadyExistsException e) {
            // left by a thaw that could not remove it
        }
        var quiesced = new Quiesced(run, mark);
        try {
            run.container().freeze();
        } catch (InterruptedException | RuntimeException e) {
            quiesced.close();
            throw e;
        }
        return quiesced;
    }

    /// Whether its root is mounted by itself.
    boolean running() {
        return run != null;
    }

    @Override
    public void close() {
        if (run != null && mark != null) {
            run.container().thaw();
            remove(mark);
        }
    }

    /// Lets go on what a daemon that was killed had frozen.
    static void thawForgotten(World world) {
        for (var each : world.runs().entrySet()) {
            var mark = mark(world, each.getKey());
            if (Files.exists(mark)) {
                each.getValue().container().thaw();
                remove(mark);
            }
        }
    }

    private static Path mark(World world, long id) {
        return world.lxdDir().resolve("run").resolve("quiesced-" + id);
    }

    private static void remove(Path mark) {
        try {
            Files.deleteIfExists(mark);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot remove " + mark + ", going on: " + e.getMessage());
        }
    }
}
