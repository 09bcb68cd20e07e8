package io.lightvisor.api.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/// A certificate and its private key: who a client is.
public record TlsIdentity(X509Certificate certificate, PrivateKey key) {
    /// Reads a pair of PEM files. Takes keys as PKCS#8 and, as LXD writes them, as SEC 1 (`EC PRIVATE KEY`, P-384 or
    /// P-256).
    public static TlsIdentity read(Path certificate, Path key) throws IOException, GeneralSecurityException {
        String text = Files.readString(key, StandardCharsets.US_ASCII);
        byte[] der = der(text);
        PrivateKey secret;
        if (text.contains("BEGIN EC PRIVATE KEY")) {
            secret = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Der.pkcs8OfEc(der)));
        } else if (text.contains("BEGIN RSA PRIVATE KEY")) {
            secret = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Der.pkcs8OfRsa(der)));
        } else {
            secret = pkcs8(der);
        }
        return new TlsIdentity(certificate(Files.readString(certificate, StandardCharsets.US_ASCII)), secret);
    }

    private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException notEc) {
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
        }
    }

    /// The first certificate of a PEM text.
    public static X509Certificate certificate(String pem) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der(pem)));
    }

    /// A certificate as PEM, 64 characters a line.
    public static String pem(X509Certificate certificate) throws GeneralSecurityException {
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    /// DER as PEM, 64 characters a line.
    public static String pem(String kind, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
    }

    /// The SHA-256 of a certificate in hexadecimal: what LXD calls its fingerprint.
    public static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    }

    /// The first block of a PEM text that is not `EC PARAMETERS`, as DER.
    static byte[] der(String pem) throws GeneralSecurityException {
        int at = 0;
        while ((at = pem.indexOf("-----BEGIN ", at)) >= 0) {
            int start = pem.indexOf("-----", at + 11);
            int end = pem.indexOf("-----END", at);
            if (start < 0 || end < start) {
                break;
            }
            if (!pem.startsWith("EC PARAMETERS", at + 11)) {
                try {
                    return Base64.getMimeDecoder().decode(pem.substring(start + 5, end));
                } catch (IllegalArgumentException failure) {
                    break;
                }
            }
            at = end + 8;
        }
        throw new GeneralSecurityException("no PEM block can be read");
    }
}
