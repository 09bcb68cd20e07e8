package io.lightvisor.engine.instance;

import io.lightvisor.container.RunningContainer;
import io.lightvisor.model.Instance;
import java.util.concurrent.CompletableFuture;

/// A container that runs, with what the engine must know of it besides. Lives from start to the end of the
/// clean-up
/// after its exit.
final class Run {
    /// What shall follow its exit.
    enum Intent {
        /// The guest decides: halt or reboot.
        GUEST,
        /// It was asked to stop.
        STOP,
        /// Whoever asked will start it again.
        RESTART,
        /// The host goes down: the record goes on saying RUNNING.
        HOST_SHUTDOWN
    }

    private final Instance.Ref ref;
    private final RunningContainer container;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private volatile Intent intent = Intent.GUEST;

    Run(Instance.Ref ref, RunningContainer container) {
        this.ref = ref;
        this.container = container;
    }

    /// The name it was started by.
    Instance.Ref ref() {
        return ref;
    }

    RunningContainer container() {
        return container;
    }

    /// Completes when everything that its exit brings is done and recorded.
    CompletableFuture<Void> stopped() {
        return stopped;
    }

    Intent intent() {
        return intent;
    }

    void intend(Intent what) {
        intent = what;
    }
}
