package io.lightvisor.daemon.http;

import io.lightvisor.api.JsonTree;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/// The tag of an object's state: a client that changes the object sends it back, and is refused if the object changed
/// meanwhile.
public final class ETag {
    private ETag() {}

    /// A tag over fields: strings, numbers, booleans, maps and lists of such. Maps must have a fixed order.
    public static String of(Object... fields) {
        byte[] json = JsonTree.bytes(Arrays.asList(fields));
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("a JDK without SHA-256", e);
        }
    }
}
