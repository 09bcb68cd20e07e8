package io.lightvisor.api;

import java.nio.charset.StandardCharsets;

/// The frame around every JSON answer, as bytes ready to send: keys in LXD's order, the metadata put in as it is (it is
/// encoded once).
///
/// | kind | HTTP status | made by |
/// |---|---|---|
/// | sync | 200, or 201 with `Location` | [#sync(Object)], [#empty] |
/// | async | 202 with `Location` of the operation | [#async] |
/// | error | as `error_code` says | [#error] |
public final class Envelope {
    private static final byte[] SYNC = ascii(
            "{\"type\":\"sync\",\"status\":\"Success\",\"status_code\":200,\"operation\":\"\",\"error_code\":0,\"error\":\"\",\"metadata\":");
    private static final byte[] END = ascii("}\n");
    private static final byte[] EMPTY = join(SYNC, ascii("{}"), END);

    private Envelope() {}

    /// A sync answer around metadata that is JSON already.
    public static byte[] sync(byte[] metadata) {
        return join(SYNC, metadata, END);
    }

    /// A sync answer around a record, or a list or map of records: see [Wire#bytes].
    public static byte[] sync(Object metadata) {
        return sync(Wire.bytes(metadata));
    }

    /// A sync answer that has nothing to say: `"metadata":{}`. The array is shared: do not change it.
    public static byte[] empty() {
        return EMPTY;
    }

    /// The answer that work has begun; `url` is the operation's (`/1.0/operations/<uuid>`), and belongs into `Location`
    /// too.
    public static byte[] async(String url, Operation operation) {
        return join(
                ascii("{\"type\":\"async\",\"status\":\"Operation created\",\"status_code\":100,\"operation\":\"" + url
                        + "\",\"error_code\":0,\"error\":\"\",\"metadata\":"),
                Wire.bytes(operation),
                END);
    }

    /// The answer that it was refused or went wrong. `code` is the HTTP status too; `error` is for people.
    public static byte[] error(int code, String error) {
        return join(
                ascii("{\"type\":\"error\",\"status\":\"\",\"status_code\":0,\"operation\":\"\",\"error_code\":" + code
                        + ",\"error\":"),
                JsonTree.bytes(error),
                ascii(",\"metadata\":null}\n\n"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[] head, byte[] middle, byte[] tail) {
        byte[] all = new byte[head.length + middle.length + tail.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(middle, 0, all, head.length, middle.length);
        System.arraycopy(tail, 0, all, head.length + middle.length, tail.length);
        return all;
    }
}
