package io.lightvisor.image.bootstrap;

import io.lightvisor.image.Tool;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The program that a build waits for. Who cancels the build ends it from another thread, because a read of its pipe
/// does not heed an interrupt.
final class RunningTool {
    private @Nullable Tool tool;
    private boolean cancelled;

    /// Notes the program; a build that is cancelled already starts no more.
    synchronized void set(Tool started) throws IOException {
        if (cancelled) {
            started.close();
            throw new IOException("the build was cancelled");
        }
        tool = started;
    }

    /// Ends the program, and those that would follow.
    void cancel() {
        Tool running;
        synchronized (this) {
            cancelled = true;
            running = tool;
        }
        if (running != null) {
            running.stop();
        }
    }
}
