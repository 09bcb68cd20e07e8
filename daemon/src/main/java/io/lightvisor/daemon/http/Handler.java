package io.lightvisor.daemon.http;

/// Turns a request into an answer.
@FunctionalInterface
public interface Handler {
    /// Throws a [io.lightvisor.model.ProblemException] for what the caller shall read; anything else is a fault of
    /// ours, answered with 500 and logged.
    Answer handle(Call call) throws Exception;
}
