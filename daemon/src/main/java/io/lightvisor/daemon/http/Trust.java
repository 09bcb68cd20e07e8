package io.lightvisor.daemon.http;

import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.TrustedCertificate;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.jetty.io.EndPoint;

/// Tells who is at the other end of a TLS connection. The handshake accepts any certificate, or none; what counts is
/// that the client proved to hold its key, and that the certificate's SHA-256 is in the trust store.
public final class Trust {
    private final Function<Fingerprint, Optional<TrustedCertificate>> store;

    /// Trust by a store that is asked at each request, so that a removal holds at once on open connections too.
    public Trust(Function<Fingerprint, Optional<TrustedCertificate>> store) {
        this.store = store;
    }

    Caller caller(EndPoint endPoint) {
        String address = endPoint.getRemoteSocketAddress() instanceof InetSocketAddress remote
                ? remote.getAddress().getHostAddress() + ":" + remote.getPort()
                : "";
        EndPoint.SslSessionData session = endPoint.getSslSessionData();
        X509Certificate[] chain = session == null ? null : session.peerCertificates();
        if (chain == null || chain.length == 0) {
            return new Caller.Remote(address, null, null, Optional.empty());
        }
        Fingerprint fingerprint = fingerprint(chain[0]);
        return new Caller.Remote(address, chain[0], fingerprint, store.apply(fingerprint));
    }

    /// The SHA-256 of a certificate's DER form.
    public static Fingerprint fingerprint(X509Certificate certificate) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return new Fingerprint(HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("a certificate without a hash", e);
        }
    }
}
