package io.lightvisor.image.template;

import io.lightvisor.image.ImageMetadata;
import io.lightvisor.linux.Errno;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.fs.Resolve;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The templates of one instance: which there are, and writing them into its root.
///
///     var templates = InstanceTemplates.of(volume.folder());
///     if (templates.hasAny("create")) {
///         try (var host = pools.openRoot(volume)) {
///             templates.render("create", context, host.root());
///         }
///     }
public final class InstanceTemplates {
    private static final byte[] NONE = {};
    private static final int MAX_TEMPLATE = 1024 * 1024;
    private static final Resolve[] OF_GUEST = {Resolve.IN_ROOT, Resolve.NO_MAGICLINKS};
    private static final Resolve[] OF_HOST = {Resolve.BENEATH, Resolve.NO_SYMLINKS};

    private final Path folder;
    private final byte[] yaml;
    /// Parsed when first needed: most starts ask in vain.
    private @Nullable Map<String, ImageMetadata.Template> templates;

    private InstanceTemplates(Path folder, byte[] yaml) {
        this.folder = folder;
        this.yaml = yaml;
    }

    /// Reads which templates an instance has; none if it has no `metadata.yaml`.
    ///
    /// @param folder the instance's, with `metadata.yaml` and `templates/`
    public static InstanceTemplates of(Path folder) {
        var file = folder.resolve("metadata.yaml");
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > ImageMetadata.MAX_BYTES) {
                return new InstanceTemplates(folder, NONE);
            }
            return new InstanceTemplates(folder, Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return new InstanceTemplates(folder, NONE);
        } catch (IOException e) {
            throw Problem.failed("templates not read", file + ": " + e.getMessage())
                    .exception(e);
        }
    }

    /// Whether any template is written at this moment.
    ///
    /// @param trigger `create`, `copy`, `rename`, `start`
    public boolean hasAny(String trigger) {
        if (!mentions(trigger)) {
            return false;
        }
        for (var template : templates().values()) {
            if (template.when().contains(trigger)) {
                return true;
            }
        }
        return false;
    }

    /// Whether the word occurs in the file at all; parsing costs a hundred times more.
    private boolean mentions(String trigger) {
        return new String(yaml, StandardCharsets.ISO_8859_1).contains(trigger);
    }

    private Map<String, ImageMetadata.Template> templates() {
        var parsed = templates;
        if (parsed == null) {
            parsed = yaml.length == 0 ? Map.of() : ImageMetadata.parseTemplates(yaml);
            templates = parsed;
        }
        return parsed;
    }

    /// Writes those of this moment. Paths are the guest's: links lead inside its root, and only plain files are
    /// written.
    ///
    /// @throws ProblemException naming the template, if one does not parse or its file cannot be written
    public void render(String trigger, TemplateContext context, DirFd root) {
        for (var each : new TreeMap<>(templates()).entrySet()) {
            var template = each.getValue();
            if (template.when().contains(trigger)) {
                render(each.getKey(), template, trigger, context, root);
            }
        }
    }

    private void render(
            String path, ImageMetadata.Template template, String trigger, TemplateContext context, DirFd root) {
        try {
            if (template.createOnly() && exists(root, path)) {
                return;
            }
            var text = read(template.template());
            write(root, path, Template.render(text, names(path, template, trigger, context), context.config()));
        } catch (TemplateError | SyscallException e) {
            throw Problem.failed(
                            "template of " + Problem.printable(path) + " not written",
                            String.valueOf(e.getMessage()),
                            "mend it with \"lxc config template edit\"")
                    .exception(e);
        }
    }

    private static Map<String, Object> names(
            String path, ImageMetadata.Template template, String trigger, TemplateContext context) {
        Map<String, Object> instance = Map.of(
                "name", context.name(),
                "architecture", context.architecture(),
                "type", "container",
                "ephemeral", Boolean.toString(context.ephemeral()),
                "privileged", Boolean.toString(context.privileged()));
        var names = new LinkedHashMap<String, Object>();
        names.put("trigger", trigger);
        names.put("path", path);
        names.put("container", instance);
        names.put("instance", instance);
        names.put("config", context.config());
        names.put("devices", context.devices());
        names.put("properties", template.properties());
        return names;
    }

    private String read(String name) {
        try (var templatesFolder = DirFd.open(folder.resolve("templates"));
                var file = templatesFolder.open(name, OF_HOST, 0, OpenFlag.READ, OpenFlag.NON_BLOCKING)) {
            if (!file.stat().isFile()) {
                throw new TemplateError("\"" + name + "\" is no plain file");
            }
            return new String(file.readAll(MAX_TEMPLATE), StandardCharsets.UTF_8);
        }
    }

    private static boolean exists(DirFd root, String path) {
        try (var file = root.open(path, OF_GUEST, 0, OpenFlag.PATH)) {
            return file.isOpen();
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    private static void write(DirFd root, String path, byte[] content) {
        try (var place = root.open(path, OF_GUEST, 0, OpenFlag.PATH)) {
            // Asked before it is opened: opening a device or a pipe of the guest's already does something.
            if (!place.stat().isFile()) {
                throw new TemplateError("it is no plain file in the instance");
            }
            try (var file = Open.path(place.procPath(), OpenFlag.WRITE, OpenFlag.TRUNCATE)) {
                file.writeAll(content);
            }
        } catch (SyscallException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
            create(root, path, content);
        }
    }

    private static void create(DirFd root, String path, byte[] content) {
        int slash = path.lastIndexOf('/');
        makeFolders(root, slash < 0 ? "" : path.substring(0, slash)).close();
        // Where a link of the guest's leads to nothing yet, the file is made there, inside the root.
        try (var file = root.open(
                path, OF_GUEST, 0644, OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.TRUNCATE, OpenFlag.NON_BLOCKING)) {
            file.writeAll(content);
        }
    }

    /// Opens a folder of the guest, and makes what is missing on the way.
    private static DirFd makeFolders(DirFd root, String path) {
        try {
            return root.openDirectory(path.isEmpty() ? "/" : path, OF_GUEST);
        } catch (SyscallException e) {
            int slash = path.lastIndexOf('/');
            var name = path.substring(slash + 1);
            if (!e.is(Errno.ENOENT) || name.isEmpty() || name.equals(".") || name.equals("..")) {
                throw e;
            }
            try (var parent = makeFolders(root, slash < 0 ? "" : path.substring(0, slash))) {
                parent.makeDirectory(name, 0755);
                return parent.openChild(name);
            }
        }
    }
}
