package io.lightvisor.engine.instance;

import io.lightvisor.engine.image.ImageQuery;

/// What a new instance's root is made of.
public sealed interface InstanceSource {
    /// An image, here or fetched first.
    record FromImage(ImageQuery image) implements InstanceSource {}

    /// Nothing: an empty root.
    record Empty() implements InstanceSource {}
}
