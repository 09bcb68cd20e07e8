package io.lightvisor.engine.image;

import io.lightvisor.engine.operation.Operation;
import io.lightvisor.image.Progress;
import io.lightvisor.model.ByteSize;
import java.time.Duration;

/// Turns progress into the line that clients show, ten times a second at most: each change is an event to
/// everybody
/// who listens.
public final class ProgressLine implements Progress {
    private static final long PAUSE = Duration.ofMillis(100).toNanos();

    private final Operation operation;
    private final String key;
    private String lastStage = "";
    private long lastAt;

    /// @param key of the operation's metadata, ending with `_progress`
    public ProgressLine(Operation operation, String key) {
        this.operation = operation;
        this.key = key;
    }

    @Override
    public synchronized void at(String stage, long done, long total) {
        long now = System.nanoTime();
        if (stage.equals(lastStage) && now - lastAt < PAUSE) {
            return;
        }
        lastStage = stage;
        lastAt = now;
        operation.progress(key, line(stage, done, total));
    }

    private static String line(String stage, long done, long total) {
        if (total > 0) {
            return stage + ": " + done * 100 / total + "%";
        }
        return done > 0 ? stage + ": " + new ByteSize(done) : stage;
    }
}
