package io.lightvisor.engine.image;

import io.lightvisor.model.ProjectName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Asks for an image of an instance.
///
/// @param project     where the image goes
/// @param properties  in place of those that its own image had; empty: those
/// @param compression as in `images.compression_algorithm`; empty: that of project or server
/// @param filename    empty: its fingerprint
public record PublishRequest(
        ProjectName project,
        boolean isPublic,
        Optional<Map<String, String>> properties,
        Optional<Instant> expiresAt,
        List<ImageAttributes.NewAlias> aliases,
        Optional<String> compression,
        String filename) {}
