package io.lightvisor.image.tar;

import io.lightvisor.linux.FileNames;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/// Writes archives of files that we make ourselves: owned by root, all with one time, in the POSIX format with GNU's
/// long names.
public final class TarWriter implements AutoCloseable {
    private static final int NAME = 100;

    private final OutputStream out;
    private final Instant modified;

    /// @param out closed with this
    public TarWriter(OutputStream out, Instant modified) {
        this.out = out;
        this.modified = modified;
    }

    /// A folder; the slash at its end is added.
    public void folder(String name, int mode) throws IOException {
        entry(name + "/", '5', mode, 0, "");
    }

    /// A file.
    public void file(String name, int mode, byte[] content) throws IOException {
        entry(name, '0', mode, content.length, "");
        out.write(content);
        pad(content.length);
    }

    /// A text file.
    public void file(String name, int mode, String content) throws IOException {
        file(name, mode, content.getBytes(StandardCharsets.UTF_8));
    }

    /// A symbolic link.
    public void symlink(String name, String target) throws IOException {
        entry(name, '2', 0777, 0, target);
    }

    /// Another name of an earlier file.
    public void hardLink(String name, String target) throws IOException {
        entry(name, '1', 0644, 0, target);
    }

    /// Ends the archive.
    @Override
    public void close() throws IOException {
        try (out) {
            out.write(new byte[2 * Header.SIZE]);
        }
    }

    private void entry(String name, char type, int mode, long size, String target) throws IOException {
        var nameBytes = FileNames.encode(name);
        var targetBytes = FileNames.encode(target);
        if (nameBytes.length > NAME) {
            longText('L', nameBytes);
        }
        if (targetBytes.length > NAME) {
            longText('K', targetBytes);
        }
        header(nameBytes, type, mode, size, targetBytes);
    }

    private void longText(char type, byte[] text) throws IOException {
        header("././@LongLink".getBytes(StandardCharsets.US_ASCII), type, 0644, text.length + 1L, new byte[0]);
        out.write(text);
        out.write(0);
        pad(text.length + 1L);
    }

    private void header(byte[] name, char type, int mode, long size, byte[] target) throws IOException {
        var block = new byte[Header.SIZE];
        System.arraycopy(name, 0, block, 0, Math.min(NAME, name.length));
        octal(block, 100, 8, mode);
        octal(block, 108, 8, 0);
        octal(block, 116, 8, 0);
        octal(block, 124, 12, size);
        octal(block, 136, 12, modified.getEpochSecond());
        block[156] = (byte) type;
        System.arraycopy(target, 0, block, 157, Math.min(NAME, target.length));
        text(block, 257, "ustar");
        text(block, 263, "00");
        octal(block, 329, 8, 0);
        octal(block, 337, 8, 0);
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        octal(block, 148, 7, sum);
        out.write(block);
    }

    private static void octal(byte[] block, int at, int length, long value) {
        long left = value;
        for (int i = at + length - 2; i >= at; i--) {
            block[i] = (byte) ('0' + (left & 7));
            left >>>= 3;
        }
        block[at + length - 1] = 0;
    }

    private static void text(byte[] block, int at, String text) {
        var bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    private void pad(long size) throws IOException {
        out.write(new byte[(int) ((Header.SIZE - size % Header.SIZE) % Header.SIZE)]);
    }
}
