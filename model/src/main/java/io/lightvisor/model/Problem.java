package io.lightvisor.model;

/// Why something asked for did not happen, as data. [#what()] names the object and what became of it, [#why()] the
/// cause (the failing call and errno where there is one), [#remedy()] the next step; the last two may be empty.
///
/// The kind decides the status code that a client sees; the words are the same on every surface. Where scripts match
/// on LXD's wording, `what` is that wording and the rest is empty.
public sealed interface Problem {
    /// The object and what became of it.
    String what();

    /// The cause, or an empty string.
    String why();

    /// What to do next, or an empty string.
    String remedy();

    /// What was asked for can never be right as asked: 400.
    record BadRequest(String what, String why, String remedy) implements Problem {}

    /// The caller may not: 403.
    record Forbidden(String what, String why, String remedy) implements Problem {}

    /// The object named is not there: 404.
    record NotFound(String what, String why, String remedy) implements Problem {}

    /// The name is taken, or the object is in a state that excludes the request: 409.
    record Conflict(String what, String why, String remedy) implements Problem {}

    /// The object changed since the caller read it: 412.
    record Stale(String what, String why, String remedy) implements Problem {}

    /// The host or a file refused: 500.
    record Failed(String what, String why, String remedy) implements Problem {}

    /// Known and not offered here: 501.
    record Unsupported(String what, String why, String remedy) implements Problem {}

    /// Not now: 503.
    record Unavailable(String what, String why, String remedy) implements Problem {}

    /// One sentence for a person: `what: why; remedy`.
    default String sentence() {
        var text = new StringBuilder(what());
        if (!why().isEmpty()) {
            text.append(": ").append(why());
        }
        if (!remedy().isEmpty()) {
            text.append("; ").append(remedy());
        }
        return text.toString();
    }

    /// The HTTP status code of this kind of problem.
    default int statusCode() {
        return switch (this) {
            case BadRequest _ -> 400;
            case Forbidden _ -> 403;
            case NotFound _ -> 404;
            case Conflict _ -> 409;
            case Stale _ -> 412;
            case Failed _ -> 500;
            case Unsupported _ -> 501;
            case Unavailable _ -> 503;
        };
    }

    /// This problem, to be thrown.
    default ProblemException exception() {
        return new ProblemException(this, null);
    }

    /// This problem, to be thrown, with the failure below it.
    default ProblemException exception(Throwable cause) {
        return new ProblemException(this, cause);
    }

    /// A bad request that `what` tells whole.
    static Problem badRequest(String what) {
        return new BadRequest(what, "", "");
    }

    /// A value that breaks the rule of its subject.
    static Problem badValue(String subject, String value, String rule) {
        return new BadRequest("invalid " + subject + " \"" + printable(value) + "\"", rule, "");
    }

    /// Something that is not there: `Instance not found`.
    static Problem notFound(String what) {
        return new NotFound(what, "", "");
    }

    /// A conflict that `what` tells whole.
    static Problem conflict(String what) {
        return new Conflict(what, "", "");
    }

    /// A failure of the host.
    static Problem failed(String what, String why) {
        return new Failed(what, why, "");
    }

    /// A failure of the host, with its remedy.
    static Problem failed(String what, String why, String remedy) {
        return new Failed(what, why, remedy);
    }

    /// Text of a user made safe to show: control characters escaped, at most 120 characters.
    static String printable(String text) {
        var out = new StringBuilder();
        for (int i = 0; i < text.length() && out.length() < 120; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 0x7f) {
                out.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                out.append(c);
            }
        }
        if (text.length() > 120) {
            out.append("...");
        }
        return out.toString();
    }
}
