package io.lightvisor.engine.instance;

import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;

/// Puts a device's name before what is wrong with it, in LXD's words.
final class DeviceProblems {
    private DeviceProblems() {}

    static ProblemException of(String device, ProblemException e) {
        var p = e.problem();
        String what = "Device validation failed for \"" + device + "\": " + p.what();
        Problem named = switch (p) {
            case Problem.NotFound _ -> new Problem.NotFound(what, p.why(), p.remedy());
            case Problem.Unsupported _ -> new Problem.Unsupported(what, p.why(), p.remedy());
            default -> new Problem.BadRequest(what, p.why(), p.remedy());
        };
        return named.exception(e);
    }
}
