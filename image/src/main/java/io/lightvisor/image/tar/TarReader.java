package io.lightvisor.image.tar;

import io.lightvisor.linux.FileNames;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads an archive from a stream, one entry after another, in bounded memory: names up to 64 KiB, extended headers up
/// to 1 MiB, sparse maps up to [#MAX_EXTENTS] pieces.
///
///     while (reader.next() is entry) { use the entry; reader.read(...) until its data is used, or not at all }
///
/// The reader does not close the stream.
public final class TarReader {
    /// More entries than any image has.
    public static final int MAX_ENTRIES = 4_000_000;

    private static final int MAX_NAME = 64 * 1024;
    private static final int MAX_EXTENDED = 1024 * 1024;
    private static final int MAX_EXTENTS = 100_000;

    private final InputStream in;
    private PaxRecords global = PaxRecords.NONE;
    private long entries;
    /// Data of the current entry not read yet, and what fills its last block.
    private long left;

    private long padding;
    private boolean ended;

    public TarReader(InputStream in) {
        this.in = in;
    }

    /// The next entry; empty at the end of the archive.
    ///
    /// @throws BadArchive  if this is no archive, or a damaged one
    /// @throws EOFException if it is cut short
    public Optional<TarEntry> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        skip(left + padding);
        left = 0;
        padding = 0;
        String longName = null;
        String longLink = null;
        var pax = PaxRecords.NONE;
        while (true) {
            var block = readBlock();
            if (Header.isZero(block)) {
                ended = true;
                return Optional.empty();
            }
            var header = new Header(block);
            switch (header.typeFlag()) {
                case 'L' -> longName = text(readMeta(header, MAX_NAME));
                case 'K' -> longLink = text(readMeta(header, MAX_NAME));
                case 'x', 'X' -> pax = PaxRecords.parse(readMeta(header, MAX_EXTENDED));
                case 'g' ->
                    global = PaxRecords.parse(readMeta(header, MAX_EXTENDED)).over(global);
                case 'V', 'M', 'N' -> skipEntry(header);
                default -> {
                    if (++entries > MAX_ENTRIES) {
                        throw new BadArchive("the archive has more than " + MAX_ENTRIES + " entries");
                    }
                    return Optional.of(entry(header, pax.over(global), longName, longLink));
                }
            }
        }
    }

    /// Reads data of the current entry.
    ///
    /// @return how many bytes, or -1 when all are read
    public int read(byte[] into, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int count = in.read(into, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw cutShort();
        }
        left -= count;
        return count;
    }

    /// Reads all data of the current entry.
    ///
    /// @throws BadArchive if it is more than `limit` bytes
    public byte[] readAll(String name, int limit) throws IOException {
        if (left > limit) {
            throw new BadArchive("\"" + name + "\" has " + left + " bytes; at most " + limit + " are allowed");
        }
        var bytes = new byte[(int) left];
        readFully(bytes, bytes.length);
        left = 0;
        return bytes;
    }

    private TarEntry entry(Header header, PaxRecords pax, @Nullable String longName, @Nullable String longLink)
            throws IOException {
        var name = pax.text("path", longName != null ? longName : header.name());
        var linkName = pax.text("linkpath", longLink != null ? longLink : header.linkName());
        char flag = header.typeFlag();
        var type = type(flag, name);
        long stored = pax.number("size", header.size());
        if (type != TarEntry.Type.FILE) {
            // Only files have data; some writers tell the size of a hard link's target all the same.
            stored = 0;
        }
        left = stored;
        padding = (Header.SIZE - stored % Header.SIZE) % Header.SIZE;
        long size = stored;
        List<TarEntry.Extent> extents = null;
        if (flag == 'S') {
            size = header.realSize();
            extents = oldSparseMap(header);
        } else if (pax.has("GNU.sparse.major")) {
            name = pax.text("GNU.sparse.name", name);
            size = pax.number("GNU.sparse.realsize", stored);
            extents = pax.number("GNU.sparse.major", 0) == 1 ? sparseMapInData() : pax.sparseMap();
        } else if (pax.has("GNU.sparse.size")) {
            name = pax.text("GNU.sparse.name", name);
            size = pax.number("GNU.sparse.size", stored);
            extents = pax.sparseMap();
        }
        if (extents != null) {
            checkSparse(name, size, extents);
        }
        return new TarEntry(
                name,
                type,
                header.mode(),
                pax.number("uid", header.uid()),
                pax.number("gid", header.gid()),
                size,
                left,
                pax.time("mtime", Instant.ofEpochSecond(header.modified())),
                type == TarEntry.Type.SYMLINK || type == TarEntry.Type.HARD_LINK ? linkName : "",
                isDevice(type) ? header.deviceMajor() : 0,
                isDevice(type) ? header.deviceMinor() : 0,
                pax.withPrefix("SCHILY.xattr."),
                pax.find("SCHILY.acl.access"),
                pax.find("SCHILY.acl.default"),
                Optional.ofNullable(extents));
    }

    private static boolean isDevice(TarEntry.Type type) {
        return type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
    }

    private static TarEntry.Type type(char flag, String name) throws BadArchive {
        return switch (flag) {
            // Before POSIX, a folder was a file whose name ends with a slash.
            case '0', 0, '7', 'S' -> name.endsWith("/") && flag != 'S' ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
            case '1' -> TarEntry.Type.HARD_LINK;
            case '2' -> TarEntry.Type.SYMLINK;
            case '3' -> TarEntry.Type.CHARACTER_DEVICE;
            case '4' -> TarEntry.Type.BLOCK_DEVICE;
            case '5', 'D' -> TarEntry.Type.DIRECTORY;
            case '6' -> TarEntry.Type.FIFO;
            default -> throw new BadArchive("entry \"" + name + "\" is of a kind that is not known: " + (int) flag);
        };
    }

    // ---- sparse files

    /// The map in the header of an old GNU sparse file: 4 pieces there, 21 in each block that follows.
    private List<TarEntry.Extent> oldSparseMap(Header header) throws IOException {
        var extents = new ArrayList<TarEntry.Extent>();
        for (int i = 0; i < 4; i++) {
            add(extents, header.number(386 + 24 * i, 12, "offset"), header.number(398 + 24 * i, 12, "length"));
        }
        boolean more = header.moreSparse();
        while (more) {
            var block = readBlock();
            for (int i = 0; i < 21; i++) {
                add(
                        extents,
                        Header.number(block, 24 * i, 12, "offset"),
                        Header.number(block, 24 * i + 12, 12, "length"));
            }
            more = block[504] != 0;
        }
        return extents;
    }

    private static void add(List<TarEntry.Extent> extents, long offset, long length) throws BadArchive {
        if (length == 0) {
            return;
        }
        if (extents.size() >= MAX_EXTENTS) {
            throw new BadArchive("a sparse file has more than " + MAX_EXTENTS + " pieces");
        }
        extents.add(new TarEntry.Extent(offset, length));
    }

    /// The map at the head of the data (version 1.0): a count, then offset and length of each piece, one number a line,
    /// filled up to a block.
    private List<TarEntry.Extent> sparseMapInData() throws IOException {
        var numbers = new MapNumbers();
        long count = numbers.next();
        if (count > MAX_EXTENTS) {
            throw new BadArchive("a sparse file has more than " + MAX_EXTENTS + " pieces");
        }
        var extents = new ArrayList<TarEntry.Extent>();
        for (long i = 0; i < count; i++) {
            add(extents, numbers.next(), numbers.next());
        }
        return extents;
    }

    private final class MapNumbers {
        private byte[] block = new byte[0];
        private int at;

        long next() throws IOException {
            var digits = new byte[20];
            int length = 0;
            while (true) {
                if (at == block.length) {
                    if (left < Header.SIZE) {
                        throw new BadArchive("damaged tar archive: a sparse map has no end");
                    }
                    block = readBlock();
                    left -= Header.SIZE;
                    at = 0;
                }
                byte b = block[at++];
                if (b == '\n') {
                    return PaxRecords.decimal(Arrays.copyOf(digits, length));
                }
                if (length == digits.length) {
                    throw new BadArchive("damaged tar archive: a sparse map does not parse");
                }
                digits[length++] = b;
            }
        }
    }

    private void checkSparse(String name, long size, List<TarEntry.Extent> extents) throws BadArchive {
        long end = 0;
        long data = 0;
        for (var extent : extents) {
            if (extent.offset() < end || extent.length() < 0 || extent.length() > size - extent.offset()) {
                throw new BadArchive("entry \"" + name + "\": its sparse map does not fit its size");
            }
            end = extent.offset() + extent.length();
            data += extent.length();
        }
        if (data != left) {
            throw new BadArchive("entry \"" + name + "\": its sparse map does not fit its data");
        }
    }

    // ---- blocks

    private byte[] readMeta(Header header, int limit) throws IOException {
        long size = header.size();
        if (size > limit) {
            throw new BadArchive("a header of the archive has " + size + " bytes; at most " + limit + " are allowed");
        }
        var bytes = new byte[(int) size];
        readFully(bytes, bytes.length);
        skip((Header.SIZE - size % Header.SIZE) % Header.SIZE);
        return bytes;
    }

    private void skipEntry(Header header) throws IOException {
        long size = header.size();
        skip(size);
        skip((Header.SIZE - size % Header.SIZE) % Header.SIZE);
    }

    private static String text(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return FileNames.decode(Arrays.copyOf(bytes, end));
    }

    private byte[] readBlock() throws IOException {
        var block = new byte[Header.SIZE];
        readFully(block, Header.SIZE);
        return block;
    }

    private void readFully(byte[] into, int length) throws IOException {
        if (in.readNBytes(into, 0, length) < length) {
            throw cutShort();
        }
    }

    private void skip(long count) throws IOException {
        long done = 0;
        while (done < count) {
            long skipped = in.skip(count - done);
            if (skipped == 0) {
                if (in.read() < 0) {
                    throw cutShort();
                }
                skipped = 1;
            }
            done += skipped;
        }
    }

    private static EOFException cutShort() {
        return new EOFException("the archive is cut short");
    }
}
