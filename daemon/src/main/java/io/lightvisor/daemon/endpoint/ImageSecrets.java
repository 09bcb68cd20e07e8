package io.lightvisor.daemon.endpoint;

import io.lightvisor.engine.event.OperationClass;
import io.lightvisor.engine.operation.Operation;
import io.lightvisor.engine.operation.Operations;
import io.lightvisor.engine.server.Certificates;
import io.lightvisor.model.Image;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Secrets that let a guest take one image that is not public, once: token operations.
final class ImageSecrets {
    private final Operations operations;
    private final SecureRandom random = new SecureRandom();

    ImageSecrets(Operations operations) {
        this.operations = operations;
    }

    Operation make(Image image) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        return operations.token(
                image.project(),
                "Image download token",
                Map.of("images", List.of(url(image))),
                Map.of("secret", HexFormat.of().formatHex(secret)),
                null);
    }

    private static String url(Image image) {
        return Links.of("images", image.fingerprint().value(), image.project());
    }

    /// The operation that a secret belongs to, if it stands for this image.
    Optional<Operation> find(Image image, String secret) {
        if (secret.isEmpty()) {
            return Optional.empty();
        }
        for (var operation : operations.list(image.project())) {
            var view = operation.view();
            if (view.kind() == OperationClass.TOKEN
                    && !view.status().isFinal()
                    && view.metadata().get("secret") instanceof String known
                    && Certificates.sameSecret(known, secret)
                    && view.resources().getOrDefault("images", List.of()).contains(url(image))) {
                return Optional.of(operation);
            }
        }
        return Optional.empty();
    }
}
