package io.lightvisor.store;

/// Waiting for threads that are sure to end.
final class Threads {
    private Threads() {}

    /// Waits, interrupted or not; an interrupt stays pending.
    static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
