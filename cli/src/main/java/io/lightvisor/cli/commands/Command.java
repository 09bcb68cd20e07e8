package io.lightvisor.cli.commands;

import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.spec.UsageException;
import java.io.IOException;

/// A command, or a family of commands.
public interface Command {
    /// What it looks like.
    Spec spec();

    /// Runs it; in a family `in.spec()` tells which one. Answers the exit code.
    int run(Invocation in, Session session)
            throws IOException, ApiException, CliException, UsageException, InterruptedException;
}
