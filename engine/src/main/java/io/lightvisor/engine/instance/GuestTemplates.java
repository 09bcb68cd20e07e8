package io.lightvisor.engine.instance;

import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.storage.RootVolume;

/// Renders an image's templates (`/etc/hostname`, `/etc/hosts`, ...) into the root of an instance about to start.
final class GuestTemplates {
    /// Renders those that the recorded trigger (`create`, `copy`, `rename`) and `start` ask for.
    void render(ExpandedInstance expanded, RootVolume root) {}
}
