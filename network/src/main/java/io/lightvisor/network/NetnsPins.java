package io.lightvisor.network;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.mount.Mounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// Keeps network namespaces alive beyond their last process, so that an interface of the host that was lent
/// to an instance can be taken back whole: name, address and MTU. A namespace is kept by a bind mount of
/// its file, `$LXD_DIR/netns/ID`, which outlives a daemon that is killed.
final class NetnsPins {
    private final Path folder;

    NetnsPins(Path folder) {
        this.folder = folder;
    }

    /// Keeps a namespace for an instance; harmless if it is kept already.
    void keep(long instance, Fd netns) {
        var file = file(instance);
        try {
            Files.createDirectories(folder);
            if (Files.exists(file)) {
                release(instance);
            }
            Files.createFile(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Mounts.bind(netns.procPath(), file, false, Set.of());
    }

    /// The namespace kept for an instance.
    Optional<Fd> find(long instance) {
        var file = file(instance);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        return Optional.of(Open.path(file));
    }

    /// Lets a namespace go.
    void release(long instance) {
        var file = file(instance);
        Mounts.detachAll(file);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(long instance) {
        return folder.resolve(Long.toString(instance));
    }
}
