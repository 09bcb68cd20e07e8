package io.lightvisor.image;

import io.lightvisor.image.tar.BadArchive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/// What a tool makes of a file given as its standard input. When the tool fails, so does reading the end.
final class ToolStream extends InputStream {
    private final Tool tool;
    private final InputStream out;
    private boolean ended;

    ToolStream(List<String> command, Path input) throws IOException {
        tool = Tool.start(command, input);
        out = tool.output();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count = out.read(into, offset, length);
        if (count < 0 && !ended) {
            ended = true;
            var failure = tool.failure();
            if (failure.isPresent()) {
                throw new BadArchive("the archive does not unpack: " + failure.get());
            }
        }
        return count;
    }

    @Override
    public void close() {
        tool.close();
    }
}
