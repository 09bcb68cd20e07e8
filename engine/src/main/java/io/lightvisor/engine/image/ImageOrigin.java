package io.lightvisor.engine.image;

import io.lightvisor.image.ImageUpload;
import io.lightvisor.image.Progress;
import io.lightvisor.model.Fingerprint;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A kind of place where images come from, named by its protocol: built here, or another server.
public interface ImageOrigin {
    /// The protocol it answers for: `bootstrap`, `lxd`.
    String protocol();

    /// Checks what is asked for as far as that needs no traffic, and answers it by its best name, so that two names of
    /// one image are one.
    ///
    /// @param packages more packages for an image that is built
    /// @throws io.lightvisor.model.ProblemException if nothing of that name can be had
    ImageQuery.Remote accept(ImageQuery.Remote remote, List<String> packages);

    /// Asks what would be fetched. Empty where only making it tells.
    ///
    /// @throws io.lightvisor.model.ProblemException if it is not there, or the server does not answer
    Optional<Offer> look(ImageQuery.Remote remote);

    /// Fetches or makes it into an upload.
    void fetch(ImageQuery.Remote remote, List<String> packages, ImageUpload upload, Progress progress);

    /// What an origin has under the name that was asked for.
    ///
    /// @param properties as they are there; they may differ from those in the image
    record Offer(Fingerprint fingerprint, Map<String, String> properties) {
        public Offer {
            properties = Map.copyOf(properties);
        }
    }
}
