package io.lightvisor.image;

import io.lightvisor.model.Fingerprint;
import java.nio.file.Path;
import java.util.Optional;

/// The files of a kept image.
///
/// @param metadata the unified tarball, or the metadata tarball of a split image
/// @param rootfs   the root file system of a split image
public record ImageFiles(Fingerprint fingerprint, Path metadata, Optional<Path> rootfs) {}
