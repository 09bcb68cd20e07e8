package io.lightvisor.image.tar;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// What taking an archive apart may cost: a small file must not fill the disk.
///
/// @param totalBytes   of the unpacked stream
/// @param largestFile  of one file, holes counted
public record Limits(long totalBytes, long largestFile) {
    /// No file of an image is as large.
    private static final long LARGEST_FILE = 512L << 30;

    private static final long ALWAYS_ALLOWED = 1L << 30;
    /// Images of real systems shrink 3 to 5 times, and nearly empty ones some ten times more.
    private static final int LARGEST_RATIO = 200;

    /// For an archive of `compressed` bytes, unpacked where `free` bytes are free.
    public static Limits of(long compressed, long free) {
        return new Limits(ALWAYS_ALLOWED + LARGEST_RATIO * compressed, Math.min(LARGEST_FILE, free));
    }

    /// The stream, ending with a refusal once it has given more than allowed.
    public InputStream guard(InputStream unpacked) {
        return new FilterInputStream(unpacked) {
            private long left = totalBytes;

            @Override
            public int read() throws IOException {
                int b = super.read();
                if (b >= 0) {
                    take(1);
                }
                return b;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = super.read(into, offset, length);
                if (count > 0) {
                    take(count);
                }
                return count;
            }

            @Override
            public long skip(long count) throws IOException {
                long skipped = super.skip(count);
                take(skipped);
                return skipped;
            }

            private void take(long count) throws BadArchive {
                left -= count;
                if (left < 0) {
                    throw new BadArchive("the archive unpacks to more than " + totalBytes
                            + " bytes, which its own size does not account for");
                }
            }
        };
    }
}
