package io.lightvisor.daemon.remote;

import io.lightvisor.api.http.TlsIdentity;
import io.lightvisor.engine.image.ImageQuery;
import io.lightvisor.model.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What every kind of image server checks of what a client asks for.
final class RemoteServer {
    private RemoteServer() {}

    /// The address, if it is one of https.
    ///
    /// @param form how it is written, for who wrote it otherwise
    static URI address(ImageQuery.Remote remote, String form) {
        try {
            var address = new URI(remote.server());
            if ("https".equals(address.getScheme()) && address.getHost() != null) {
                return address;
            }
        } catch (URISyntaxException e) {
            // Told below, with what it should be.
        }
        throw Problem.badValue("image server", remote.server(), "an address is written " + form)
                .exception();
    }

    /// The certificate that the server must show; null if an authority's word is enough.
    static @Nullable X509Certificate pinned(ImageQuery.Remote remote) throws GeneralSecurityException {
        return remote.certificate().isEmpty() ? null : TlsIdentity.certificate(remote.certificate());
    }

    /// Packages are for images that are built here.
    static void refusePackages(List<String> packages) {
        if (!packages.isEmpty()) {
            throw Problem.badRequest("packages can be added to an image that is built, not to one that is fetched")
                    .exception();
        }
    }
}
