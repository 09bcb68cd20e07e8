package io.lightvisor.cli.commands;

import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.session.CliException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A few threads for many small transfers: while one waits for the server, another reads the next file. Work may add
/// more work. After the first failure nothing new is begun.
final class Workers {
    /// A request and its answer take a hand-over each way; two more in between fill the gap.
    private static final int THREADS = 3;

    /// One transfer.
    interface Work {
        void run() throws IOException, ApiException, CliException;
    }

    // Guarded by this.
    private final ArrayDeque<Work> waiting = new ArrayDeque<>();
    private int unfinished;
    private @Nullable Throwable failure;

    /// Adds work.
    synchronized void add(Work work) {
        waiting.add(work);
        unfinished++;
        notifyAll();
    }

    /// Does all work, on this thread and some others; throws the first failure.
    void run() throws IOException, ApiException, CliException, InterruptedException {
        List<Thread> helpers = new ArrayList<>();
        int wanted;
        synchronized (this) {
            wanted = unfinished;
        }
        for (int i = 1; i < THREADS && wanted > 0; i++) {
            Thread helper = new Thread(new Runnable() {
                @Override
                public void run() {
                    loop();
                }
            });
            helper.setDaemon(true);
            helper.start();
            helpers.add(helper);
        }
        loop();
        for (Thread helper : helpers) {
            helper.join();
        }
        switch (failure) {
            case null -> {}
            case IOException e -> throw e;
            case ApiException e -> throw e;
            case CliException e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    private void loop() {
        for (Work work = next(); work != null; work = next()) {
            Throwable failed = null;
            try {
                work.run();
            } catch (Throwable e) {
                failed = e;
            }
            synchronized (this) {
                unfinished--;
                if (failed != null && failure == null) {
                    failure = failed;
                }
                if (unfinished == 0 || failure != null) {
                    notifyAll();
                }
            }
        }
    }

    private synchronized @Nullable Work next() {
        while (true) {
            if (failure != null || unfinished == 0) {
                return null;
            }
            Work work = waiting.poll();
            if (work != null) {
                return work;
            }
            try {
                wait();
            } catch (InterruptedException e) {
                failure = e;
                notifyAll();
            }
        }
    }
}
