package io.lightvisor.linux.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/// A SHA-256 in the making (FIPS 180-4).
///
/// Java's own is fast only when compiled by C2, which the daemon runs without: 100 MB/s against the 1,300 MB/s
/// of OpenSSL's libcrypto. So that one is used where the host has it, and Java's where not. The library is
/// loaded on first use. Not for several threads; close it if no digest was taken.
public final class Sha256 implements AutoCloseable {
    private final @Nullable Libcrypto fast;
    private final @Nullable MessageDigest plain;

    public Sha256() {
        fast = Libcrypto.open();
        plain = fast == null ? java() : null;
    }

    /// Adds bytes.
    public void update(byte[] bytes, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, bytes.length);
        if (fast != null) {
            fast.update(bytes, offset, length);
        } else if (plain != null) {
            plain.update(bytes, offset, length);
        }
    }

    /// The 32 bytes of the hash. Ends this one.
    public byte[] digest() {
        return fast != null
                ? fast.digest()
                : java.util.Objects.requireNonNull(plain).digest();
    }

    @Override
    public void close() {
        if (fast != null) {
            fast.close();
        }
    }

    private static MessageDigest java() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
