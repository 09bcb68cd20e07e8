package io.lightvisor.engine.instance;

import io.lightvisor.model.Instance;
import io.lightvisor.model.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/// Stops a container. Neither the signal nor the wait for its end holds the instance's lock, so that a
/// forced stop
/// overtakes a clean one.
final class StopInstanceFlow {
    private final World world;

    StopInstanceFlow(World world) {
        this.world = world;
    }

    /// Returns when its exit is dealt with, whoever brought it about in the end.
    void run(Instance instance, Run.Intent intent, boolean force, Optional<Duration> timeout) throws Exception {
        Run run;
        try (var _ = world.locks().lock(instance.id())) {
            run = world.runs().get(instance.id());
            if (run == null) {
                throw Problem.badRequest("The instance is already stopped").exception();
            }
            run.intend(intent);
        }
        if (force) {
            run.container().kill();
        } else {
            ask(run, timeout);
        }
        run.stopped().get();
    }

    private static void ask(Run run, Optional<Duration> timeout) throws InterruptedException {
        try {
            run.container().stopClean(timeout.orElse(null));
        } catch (TimeoutException e) {
            run.intend(Run.Intent.GUEST);
            throw Problem.failed(
                            "Failed shutting down instance, status is \"Running\": context deadline exceeded",
                            "its init did not end within "
                                    + timeout.map(Duration::toSeconds).orElse(0L) + " seconds",
                            "try again with a longer --timeout, or with --force")
                    .exception(e);
        }
    }
}
