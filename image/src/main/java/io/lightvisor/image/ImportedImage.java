package io.lightvisor.image;

import io.lightvisor.model.Architecture;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.InstanceType;
import java.time.Instant;
import java.util.Map;

/// What an uploaded image turned out to be.
///
/// @param filename  as uploaded, without folders
/// @param size      bytes of all its files
/// @param createdAt from metadata.yaml
/// @param expiresAt from metadata.yaml, or [Instant#EPOCH]
public record ImportedImage(
        Fingerprint fingerprint,
        String filename,
        long size,
        InstanceType type,
        Architecture architecture,
        Map<String, String> properties,
        Instant createdAt,
        Instant expiresAt) {
    public ImportedImage {
        properties = Map.copyOf(properties);
    }
}
