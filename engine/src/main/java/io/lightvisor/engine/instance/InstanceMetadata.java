package io.lightvisor.engine.instance;

import io.lightvisor.engine.server.Pools;
import io.lightvisor.image.ImageMetadata;
import io.lightvisor.image.MetadataYaml;
import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/// What an instance keeps of its image: `metadata.yaml`, and the templates of files that are written inside. The files
/// came out of an image, so none of them is followed if it is a link. Changes replace a file whole, under the
/// instance's lock.
public final class InstanceMetadata {
    /// More than any template has.
    public static final int MAX_TEMPLATE = 1 << 20;

    private static final String YAML = "metadata.yaml";
    private static final String UNFINISHED = ".unfinished.";

    private final World world;

    InstanceMetadata(World world) {
        this.world = world;
    }

    /// The bytes of `metadata.yaml`; none if the instance was made of no image.
    public byte[] read(Instance.Ref ref) {
        try (var folder = folder(ref)) {
            return read(folder);
        }
    }

    private static byte[] read(DirFd folder) {
        try {
            return read(folder, YAML, ImageMetadata.MAX_BYTES);
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT)) {
                return new byte[0];
            }
            throw Problem.failed("metadata not read", String.valueOf(e.getMessage()))
                    .exception(e);
        }
    }

    /// Writes `metadata.yaml` anew.
    ///
    /// @param change what it shall be, of the bytes that are there; it may refuse
    public void write(Instance.Ref ref, Function<byte[], ImageMetadata> change) throws InterruptedException {
        locked(ref, folder -> {
            byte[] yaml = MetadataYaml.write(change.apply(read(folder)));
            if (yaml.length > ImageMetadata.MAX_BYTES) {
                throw Problem.badRequest("metadata.yaml would have more than " + ImageMetadata.MAX_BYTES + " bytes")
                        .exception();
            }
            replace(folder, YAML, yaml);
        });
    }

    /// The names of the templates, sorted.
    public List<String> templates(Instance.Ref ref) {
        var names = new ArrayList<String>();
        try (var folder = folder(ref);
                var templates = folder.openChild("templates")) {
            for (var entry : templates.list()) {
                if (!entry.name().startsWith(UNFINISHED)) {
                    names.add(entry.name());
                }
            }
        } catch (SyscallException e) {
            if (!e.is(Errno.ENOENT)) {
                throw Problem.failed("templates not listed", String.valueOf(e.getMessage()))
                        .exception(e);
            }
        }
        names.sort(null);
        return names;
    }

    /// The bytes of a template.
    public byte[] template(Instance.Ref ref, String name) {
        requireName(name);
        try (var folder = folder(ref);
                var templates = folder.openChild("templates")) {
            return read(templates, name, MAX_TEMPLATE);
        } catch (SyscallException e) {
            throw refused(name, "read", e);
        }
    }

    /// Makes a template, or gives one another content.
    public void putTemplate(Instance.Ref ref, String name, byte[] content) throws InterruptedException {
        requireName(name);
        if (content.length > MAX_TEMPLATE) {
            throw Problem.badRequest("a template has at most " + MAX_TEMPLATE + " bytes")
                    .exception();
        }
        locked(ref, folder -> {
            try (var templates = folder.makeDirectories("templates", 0755)) {
                replace(templates, name, content);
            } catch (SyscallException e) {
                throw refused(name, "written", e);
            }
        });
    }

    /// Removes a template.
    public void deleteTemplate(Instance.Ref ref, String name) throws InterruptedException {
        requireName(name);
        locked(ref, folder -> {
            try (var templates = folder.openChild("templates")) {
                templates.unlink(name);
            } catch (SyscallException e) {
                throw refused(name, "deleted", e);
            }
        });
    }

    private static ProblemException refused(String name, String what, SyscallException e) {
        String template = "Template \"" + Problem.printable(name) + "\"";
        if (e.is(Errno.ENOENT)) {
            return Problem.notFound(template + " not found").exception(e);
        }
        return Problem.failed(template + " not " + what, String.valueOf(e.getMessage()))
                .exception(e);
    }

    private static void requireName(String name) {
        if (name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.startsWith(UNFINISHED)
                || name.length() > 200
                || name.chars().anyMatch(c -> c == '/' || c < ' ' || c == 0x7F)) {
            throw Problem.badRequest("Invalid template filename").exception();
        }
    }

    private void locked(Instance.Ref ref, Consumer<DirFd> action) throws InterruptedException {
        long id = Instances.require(world.store().facts(), ref).id();
        try (var _ = world.locks().lock(id);
                var folder = folder(ref)) {
            action.accept(folder);
        }
    }

    private DirFd folder(Instance.Ref ref) {
        var facts = world.store().facts();
        var expanded = InstancePlanner.expanded(facts, Instances.require(facts, ref));
        var volume = world.pools().require(Pools.ofRoot(facts, expanded), ref);
        return DirFd.open(volume.folder());
    }

    private static byte[] read(DirFd folder, String name, int limit) {
        try (Fd file = folder.openEntry(name, OpenFlag.READ, OpenFlag.NON_BLOCKING)) {
            if (!file.stat().isFile()) {
                throw new SyscallException("open(2)", name, Errno.EISDIR);
            }
            return file.readAll(limit);
        }
    }

    /// Beside, synced, renamed: a reader sees the old file or the new one.
    private static void replace(DirFd folder, String name, byte[] content) {
        String beside = UNFINISHED + name;
        folder.unlinkIfExists(beside);
        try (Fd file = folder.create(beside, 0644)) {
            file.writeAll(content);
            file.syncData();
            folder.rename(beside, folder, name);
        } catch (RuntimeException e) {
            folder.unlinkIfExists(beside);
            throw e;
        }
    }
}
