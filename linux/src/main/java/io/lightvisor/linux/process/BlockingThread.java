package io.lightvisor.linux.process;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Long work in the kernel, beside the virtual threads. A system call keeps the carrier of its virtual thread until it
/// returns, and there are as many carriers as processors: two copies of trees on a host with two would stop everything
/// else. So such work runs on a platform thread that is then thrown away, while the virtual thread waits parked.
public final class BlockingThread {
    private BlockingThread() {}

    /// Runs the work, on the calling thread if that is no virtual one. What it throws comes through as it is.
    ///
    /// @param name of the thread, for dumps
    /// @throws InterruptedException if the caller is interrupted; the work has then been interrupted and has ended
    public static <T> T call(String name, Callable<T> work) throws Exception {
        return call(name, work, () -> {});
    }

    /// The same for work that an interrupt alone does not reach, as when it reads a pipe of a program.
    ///
    /// @param unblock called once when the caller is interrupted: makes the call return that the work is in
    public static <T> T call(String name, Callable<T> work, Runnable unblock) throws Exception {
        if (!Thread.currentThread().isVirtual()) {
            return work.call();
        }
        var task = new FutureTask<>(work);
        var thread = Thread.ofPlatform().daemon().name(name).start(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            task.cancel(true);
            unblock.run();
            // What it was doing must be over before the caller clears up after it.
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException again) {
                    // Still to be waited for.
                }
            }
            throw e;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Exception failure -> throw failure;
                case Error error -> throw error;
                case null, default -> throw e;
            }
        }
    }
}
