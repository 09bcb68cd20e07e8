package io.lightvisor.store;

import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;

/// What the store says when it cannot.
final class StoreProblems {
    private StoreProblems() {}

    static ProblemException closed() {
        return new Problem.Unavailable("change not recorded", "the daemon is shutting down", "").exception();
    }
}
