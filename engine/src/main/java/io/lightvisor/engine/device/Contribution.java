package io.lightvisor.engine.device;

import io.lightvisor.container.MountSpec;
import io.lightvisor.container.NodeSpec;
import java.util.List;

/// What one device gives a container.
///
/// @param identity tells what it was on the host (device and inode), so that something new under the same name is
/// noticed
record Contribution(List<MountSpec> mounts, List<NodeSpec> nodes, String identity) {
    static final Contribution NOTHING = new Contribution(List.of(), List.of(), "");

    Contribution {
        mounts = List.copyOf(mounts);
        nodes = List.copyOf(nodes);
    }

    /// Whether any of it is below this path.
    boolean isBelow(String path) {
        return mounts.stream().anyMatch(m -> m.target().startsWith(path + "/"))
                || nodes.stream().anyMatch(n -> n.path().startsWith(path + "/"));
    }

    boolean isEmpty() {
        return mounts.isEmpty() && nodes.isEmpty();
    }
}
