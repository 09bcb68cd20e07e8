package io.lightvisor.engine.instance;

import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;

/// Puts LXD's words before what is wrong: `Device validation failed for "eth0": ...`, `Failed creating
/// instance
/// record:
/// ...`.
final class Prefixed {
    private Prefixed() {}

    /// A problem of a device.
    static ProblemException device(String device, ProblemException e) {
        return of("Device validation failed for \"" + device + "\": ", e);
    }

    /// Any problem.
    static ProblemException of(String prefix, ProblemException e) {
        var p = e.problem();
        String what = prefix + p.what();
        Problem prefixed = switch (p) {
            case Problem.BadRequest _ -> new Problem.BadRequest(what, p.why(), p.remedy());
            case Problem.Forbidden _ -> new Problem.Forbidden(what, p.why(), p.remedy());
            case Problem.NotFound _ -> new Problem.NotFound(what, p.why(), p.remedy());
            case Problem.Conflict _ -> new Problem.Conflict(what, p.why(), p.remedy());
            case Problem.Stale _ -> new Problem.Stale(what, p.why(), p.remedy());
            case Problem.Failed _ -> new Problem.Failed(what, p.why(), p.remedy());
            case Problem.Unsupported _ -> new Problem.Unsupported(what, p.why(), p.remedy());
            case Problem.Unavailable _ -> new Problem.Unavailable(what, p.why(), p.remedy());
        };
        return prefixed.exception(e);
    }

    /// Does something whose problems get a prefix.
    static void run(String prefix, Runnable work) {
        try {
            work.run();
        } catch (ProblemException e) {
            throw of(prefix, e);
        }
    }
}
