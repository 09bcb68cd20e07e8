package io.lightvisor.daemon.remote;

import io.lightvisor.image.Progress;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Tells how much of a download has come.
final class CountedBody extends FilterInputStream {
    private final String stage;
    private final long length;
    private final Progress progress;
    private long done;

    CountedBody(InputStream in, String stage, long length, Progress progress) {
        super(in);
        this.stage = stage;
        this.length = length;
        this.progress = progress;
    }

    @Override
    public int read() throws IOException {
        int one = super.read();
        if (one >= 0) {
            count(1);
        }
        return one;
    }

    @Override
    public int read(byte[] into, int from, int size) throws IOException {
        int n = super.read(into, from, size);
        if (n > 0) {
            count(n);
        }
        return n;
    }

    private void count(int n) {
        done += n;
        progress.at(stage, done, length);
    }
}
