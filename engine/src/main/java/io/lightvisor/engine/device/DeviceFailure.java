package io.lightvisor.engine.device;

import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;

/// LXD's words for a device that does not work.
final class DeviceFailure {
    private DeviceFailure() {}

    /// `Failed to start device "d1": WHY`.
    static ProblemException start(String device, String why) {
        return Problem.failed("Failed to start device \"" + device + "\": " + why, "")
                .exception();
    }

    /// As [#start(String,String)], for a failure below it.
    static ProblemException start(String device, Throwable cause) {
        return Problem.failed("Failed to start device \"" + device + "\": " + cause.getMessage(), "")
                .exception(cause);
    }

    /// `Failed to stop device "d1": WHY`.
    static ProblemException stop(String device, Throwable cause) {
        return Problem.failed("Failed to stop device \"" + device + "\": " + cause.getMessage(), "")
                .exception(cause);
    }
}
