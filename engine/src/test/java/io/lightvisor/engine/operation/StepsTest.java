package io.lightvisor.engine.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StepsTest {
    private final List<String> log = new ArrayList<>();

    private void line(boolean keep, boolean fail) throws Exception {
        try (var steps = new Steps()) {
            steps.run(() -> "a", made -> log.add("undo " + made));
            steps.run(() -> "b", made -> log.add("undo " + made));
            if (fail) {
                throw new IllegalStateException("third");
            }
            if (keep) {
                steps.keep();
            }
        }
    }

    @Test
    void close_kept_undoesNothing() throws Exception {
        line(true, false);
        assertEquals(List.of(), log);
    }

    @Test
    void close_failed_undoesNewestFirst() {
        assertThrows(IllegalStateException.class, () -> line(false, true));
        assertEquals(List.of("undo b", "undo a"), log);
    }

    @Test
    void close_undoFails_goesOn() throws Exception {
        try (var steps = new Steps()) {
            steps.run(() -> "a", made -> log.add("undo " + made));
            steps.onFailure(() -> {
                throw new java.io.IOException("gone");
            });
        }
        assertEquals(List.of("undo a"), log);
    }

    @Test
    void close_interrupted_undoesUndisturbedAndStaysInterrupted() throws Exception {
        try (var steps = new Steps()) {
            steps.onFailure(
                    () -> log.add("interrupted " + Thread.currentThread().isInterrupted()));
            Thread.currentThread().interrupt();
        }
        assertEquals(List.of("interrupted false"), log);
        assertTrue(Thread.interrupted());
        assertFalse(Thread.currentThread().isInterrupted());
    }
}
