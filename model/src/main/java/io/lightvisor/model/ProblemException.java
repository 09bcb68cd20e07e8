package io.lightvisor.model;

import org.jspecify.annotations.Nullable;

/// A [Problem] on its way to whoever asked.
public final class ProblemException extends RuntimeException {
    private final transient Problem problem;

    ProblemException(Problem problem, @Nullable Throwable cause) {
        super(problem.sentence(), cause);
        this.problem = problem;
    }

    /// What is wrong.
    public Problem problem() {
        return problem;
    }
}
