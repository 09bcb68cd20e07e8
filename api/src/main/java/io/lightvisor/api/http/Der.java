package io.lightvisor.api.http;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/// Just enough DER (X.690) to write keys and certificates.
public final class Der {
    private static final byte[] OID_EC_PUBLIC_KEY = oid(1, 2, 840, 10045, 2, 1);
    private static final byte[] OID_P256 = oid(1, 2, 840, 10045, 3, 1, 7);
    private static final byte[] OID_P384 = oid(1, 3, 132, 0, 34);
    private static final byte[] OID_RSA = oid(1, 2, 840, 113549, 1, 1, 1);

    private Der() {}

    /// A value of a tag out of its parts.
    public static byte[] of(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        if (length < 128) {
            out.write(length);
        } else {
            int bytes = length < 256 ? 1 : length < 65536 ? 2 : 3;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >> (8 * i));
            }
        }
        for (byte[] part : parts) {
            out.write(part, 0, part.length);
        }
        return out.toByteArray();
    }

    /// SEQUENCE.
    public static byte[] sequence(byte[]... parts) {
        return of(0x30, parts);
    }

    /// SET.
    public static byte[] set(byte[]... parts) {
        return of(0x31, parts);
    }

    /// INTEGER.
    public static byte[] integer(BigInteger value) {
        return of(0x02, value.toByteArray());
    }

    /// OCTET STRING.
    public static byte[] octets(byte[] value) {
        return of(0x04, value);
    }

    /// BIT STRING of whole bytes.
    public static byte[] bits(byte[] value) {
        return of(0x03, new byte[] {0}, value);
    }

    /// UTF8String.
    public static byte[] utf8(String value) {
        return of(0x0c, value.getBytes(StandardCharsets.UTF_8));
    }

    /// BOOLEAN true.
    public static byte[] yes() {
        return new byte[] {0x01, 0x01, (byte) 0xff};
    }

    /// OBJECT IDENTIFIER.
    public static byte[] oid(long... arcs) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 1; i < arcs.length; i++) {
            long arc = i == 1 ? arcs[0] * 40 + arcs[1] : arcs[i];
            for (int shift = 28; shift > 0; shift -= 7) {
                if (arc >> shift != 0) {
                    out.write((int) (0x80 | (arc >> shift & 0x7f)));
                }
            }
            out.write((int) (arc & 0x7f));
        }
        return of(0x06, out.toByteArray());
    }

    /// Wraps an EC key as SEC 1 has it (RFC 5915) into PKCS#8 (RFC 5958); the length of the secret tells the curve.
    static byte[] pkcs8OfEc(byte[] sec1) {
        int secret = sec1.length > 8 ? sec1[(sec1[1] & 0x80) == 0 ? 6 : 6 + (sec1[1] & 0x7f)] : 0;
        byte[] curve = secret == 32 ? OID_P256 : OID_P384;
        return sequence(integer(BigInteger.ZERO), sequence(OID_EC_PUBLIC_KEY, curve), octets(sec1));
    }

    /// Wraps an RSA key as PKCS#1 has it (RFC 8017) into PKCS#8.
    static byte[] pkcs8OfRsa(byte[] pkcs1) {
        return sequence(integer(BigInteger.ZERO), sequence(OID_RSA, new byte[] {0x05, 0x00}), octets(pkcs1));
    }
}
