package io.lightvisor.api.http;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/// Makes a key (EC P-384) and the certificate that it signs for itself, valid for ten years, as LXD makes them
/// (RFC 5280): basic constraints "no authority", key usage "digital signature, key encipherment", and one extended use.
public final class SelfSigned {
    private static final byte[] ECDSA_SHA384 = Der.sequence(Der.oid(1, 2, 840, 10045, 4, 3, 3));

    private SelfSigned() {}

    /// For a client; `commonName` is for people, as `root@host`.
    public static TlsIdentity client(String commonName) throws GeneralSecurityException {
        return make(commonName, Der.oid(1, 3, 6, 1, 5, 5, 7, 3, 2), List.of(), List.of());
    }

    /// For a server that goes by these names and addresses.
    public static TlsIdentity server(String commonName, List<String> names, List<InetAddress> addresses)
            throws GeneralSecurityException {
        return make(commonName, Der.oid(1, 3, 6, 1, 5, 5, 7, 3, 1), names, addresses);
    }

    private static TlsIdentity make(String commonName, byte[] use, List<String> names, List<InetAddress> addresses)
            throws GeneralSecurityException {
        SecureRandom random = new SecureRandom();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp384r1"), random);
        KeyPair pair = generator.generateKeyPair();
        Instant now = Instant.now();
        byte[] name = Der.sequence(
                Der.set(Der.sequence(Der.oid(2, 5, 4, 10), Der.utf8("Lightvisor"))),
                Der.set(Der.sequence(Der.oid(2, 5, 4, 3), Der.utf8(commonName))));
        byte[] body = Der.sequence(
                Der.of(0xa0, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(127, random).add(BigInteger.ONE)),
                ECDSA_SHA384,
                name,
                Der.sequence(time(now), time(now.plusSeconds(3650L * 24 * 3600))),
                name,
                pair.getPublic().getEncoded(),
                Der.of(0xa3, Der.sequence(extensions(use, names, addresses))));
        Signature signature = Signature.getInstance("SHA384withECDSA");
        signature.initSign(pair.getPrivate(), random);
        signature.update(body);
        byte[] der = Der.sequence(body, ECDSA_SHA384, Der.bits(signature.sign()));
        X509Certificate certificate = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        return new TlsIdentity(certificate, pair.getPrivate());
    }

    private static byte[][] extensions(byte[] use, List<String> names, List<InetAddress> addresses) {
        byte[] keyUsage =
                Der.sequence(Der.oid(2, 5, 29, 15), Der.yes(), Der.octets(new byte[] {0x03, 0x02, 0x05, (byte) 0xa0}));
        byte[] extendedUse = Der.sequence(Der.oid(2, 5, 29, 37), Der.octets(Der.sequence(use)));
        byte[] noAuthority = Der.sequence(Der.oid(2, 5, 29, 19), Der.yes(), Der.octets(Der.sequence()));
        if (names.isEmpty() && addresses.isEmpty()) {
            return new byte[][] {keyUsage, extendedUse, noAuthority};
        }
        byte[][] others = new byte[names.size() + addresses.size()][];
        int at = 0;
        for (String name : names) {
            others[at++] = Der.of(0x82, name.getBytes(StandardCharsets.US_ASCII));
        }
        for (InetAddress address : addresses) {
            others[at++] = Der.of(0x87, address.getAddress());
        }
        return new byte[][] {
            keyUsage, extendedUse, noAuthority, Der.sequence(Der.oid(2, 5, 29, 17), Der.octets(Der.sequence(others)))
        };
    }

    /// UTCTime to 2049, GeneralizedTime after (RFC 5280, section 4.1.2.5).
    private static byte[] time(Instant when) {
        var local = when.atOffset(ZoneOffset.UTC);
        boolean utc = local.getYear() < 2050;
        String text = DateTimeFormatter.ofPattern(utc ? "yyMMddHHmmss'Z'" : "yyyyMMddHHmmss'Z'")
                .format(local);
        return Der.of(utc ? 0x17 : 0x18, text.getBytes(StandardCharsets.US_ASCII));
    }

    /// The pair as PEM: certificate, then key (PKCS#8).
    public static List<String> pem(TlsIdentity identity) throws GeneralSecurityException {
        return List.of(
                TlsIdentity.pem(identity.certificate()),
                TlsIdentity.pem("PRIVATE KEY", identity.key().getEncoded()));
    }
}
