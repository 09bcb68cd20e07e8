package io.lightvisor.engine.operation;

import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/// A straight line of steps, each with its undo beside it. Closed without [#keep()], it undoes what was
/// done, newest
/// first; a pending interrupt
/// waits until that is over, and failures of an undo join the failure that led to it.
///
///     try (var steps = new Steps()) {
///         var root = steps.run(() -> pools.create(volume), pools::delete);
///         steps.run(() -> pools.fill(root), _ -> {});
///         steps.keep();
///     }
public final class Steps implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

    private final ArrayDeque<Undo> undos = new ArrayDeque<>();

    private interface Undo {
        void run() throws Exception;
    }

    /// What a step that fails may throw.
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    /// Does one step and remembers its undo. Checked failures are handed on as they are.
    public <T> T run(Callable<T> step, Consumer<T> undo) throws Exception {
        T made = step.call();
        undos.push(() -> undo.accept(made));
        return made;
    }

    /// Remembers an undo for something already done.
    public void onFailure(Action undo) {
        undos.push(undo::run);
    }

    /// All is well: nothing will be undone.
    public void keep() {
        undos.clear();
    }

    @Override
    public void close() {
        if (undos.isEmpty()) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            while (!undos.isEmpty()) {
                try {
                    undos.pop().run();
                } catch (Exception e) {
                    LOG.log(System.Logger.Level.WARNING, "cannot undo a step, going on: " + e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
