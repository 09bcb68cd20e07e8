package io.lightvisor.engine.instance;

import io.lightvisor.image.template.InstanceTemplates;
import io.lightvisor.image.template.TemplateContext;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.storage.RootVolume;
import io.lightvisor.storage.StoragePools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Renders an image's templates (`/etc/hostname`, `/etc/hosts`, ...) into the root of an instance about to
/// start.
final class GuestTemplates {
    private final StoragePools pools;

    GuestTemplates(StoragePools pools) {
        this.pools = pools;
    }

    /// Whether it is worth the milliseconds to read the whole of an image's description.
    private static boolean mayHave(Path metadata, String word) {
        try {
            return Files.readString(metadata, StandardCharsets.ISO_8859_1).contains(word);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            return true; // whoever reads it whole says what is wrong
        }
    }

    /// Renders those that the recorded trigger (`create`, `copy`, `rename`) and `start` ask for. Opens the
    /// root only
    /// if there are any.
    void render(ExpandedInstance expanded, RootVolume root) {
        var instance = expanded.instance();
        var triggers = new ArrayList<>(List.of("start"));
        String recorded = instance.config(Volatile.APPLY_TEMPLATE, "");
        if (!recorded.isEmpty()) {
            triggers.addFirst(recorded);
        }
        if (!mayHave(root.metadataYaml(), recorded.isEmpty() ? "start" : "templates")) {
            return;
        }
        var templates = InstanceTemplates.of(root.folder());
        triggers.removeIf(trigger -> !templates.hasAny(trigger));
        if (triggers.isEmpty()) {
            return;
        }
        var context = new TemplateContext(
                instance.name().value(),
                instance.architecture().kernelName(),
                instance.ephemeral(),
                expanded.flag("security.privileged", false),
                expanded.config(),
                expanded.devices().byName());
        try (var opened = pools.openRoot(root)) {
            for (var trigger : triggers) {
                templates.render(trigger, context, opened.root());
            }
        }
    }
}
