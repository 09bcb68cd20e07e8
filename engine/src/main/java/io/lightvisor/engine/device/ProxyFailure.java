package io.lightvisor.engine.device;

import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;

/// LXD's words for a proxy that does not work.
final class ProxyFailure {
    private ProxyFailure() {}

    static ProblemException of(String why) {
        return Problem.failed("Error occurred when starting proxy device: Error: " + why, "")
                .exception();
    }

    static ProblemException of(String why, Throwable cause) {
        return Problem.failed("Error occurred when starting proxy device: Error: " + why, "")
                .exception(cause);
    }
}
