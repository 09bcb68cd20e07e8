package io.lightvisor.engine.instance;

import io.lightvisor.engine.image.ImageQuery;
import io.lightvisor.model.Instance;
import io.lightvisor.model.SnapshotName;
import java.util.Optional;

/// What a new instance's root is made of.
public sealed interface InstanceSource {
    /// An image, here or fetched first.
    record FromImage(ImageQuery image) implements InstanceSource {}

    /// Nothing: an empty root.
    record Empty() implements InstanceSource {}

    /// Another instance, or a snapshot of one.
    ///
    /// @param instanceOnly leave its snapshots behind
    /// @param refresh      if the new instance is there already, make its root and snapshots those of the source
    record FromInstance(Instance.Ref instance, Optional<SnapshotName> snapshot, boolean instanceOnly, boolean refresh)
            implements InstanceSource {}
}
