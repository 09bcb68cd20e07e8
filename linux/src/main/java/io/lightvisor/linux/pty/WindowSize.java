package io.lightvisor.linux.pty;

/// How large a terminal is, in characters.
public record WindowSize(int columns, int rows) {
    private static final int LIMIT = 0xFFFF;

    public WindowSize {
        if (columns < 0 || rows < 0 || columns > LIMIT || rows > LIMIT) {
            throw new IllegalArgumentException("window size " + columns + "x" + rows);
        }
    }
}
