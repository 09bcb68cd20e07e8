package io.lightvisor.engine.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.engine.event.Event;
import io.lightvisor.engine.event.Events;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.Project;
import io.lightvisor.model.StatusCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class OperationsTest {
    private final Events events = new Events();
    private final Operations operations = new Operations(events);
    private final List<Event> heard = new CopyOnWriteArrayList<>();

    private Operation task(Operation.Task task) {
        return operations.task(Project.DEFAULT, "Testing", Map.of(), task);
    }

    private List<StatusCode> statuses() {
        return heard.stream()
                .map(e -> ((Event.OperationChanged) e.payload()).operation().status())
                .toList();
    }

    @Test
    void task_succeeds_tellsPendingRunningSuccess() throws Exception {
        events.subscribe(heard::add);
        var op = task(o -> o.quietMetadata("return", 0));
        assertTrue(op.await(Duration.ofSeconds(10)));
        assertEquals(StatusCode.SUCCESS, op.view().status());
        assertEquals(List.of(StatusCode.PENDING, StatusCode.RUNNING, StatusCode.SUCCESS), statuses());
        assertEquals(
                0,
                ((Event.OperationChanged) heard.getLast().payload())
                        .operation()
                        .metadata()
                        .get("return"));
    }

    @Test
    void task_failsWithProblem_carriesItsSentence() throws Exception {
        var op = task(_ -> {
            throw new Problem.BadRequest("c1 not started", "no bridge", "make one").exception();
        });
        op.await(null);
        assertEquals(StatusCode.FAILURE, op.view().status());
        assertEquals("c1 not started: no bridge; make one", op.view().error());
    }

    @Test
    void cancel_notCancellable_isRefused() throws Exception {
        var go = new CountDownLatch(1);
        var running = new CountDownLatch(1);
        var op = task(_ -> {
            running.countDown();
            go.await();
        });
        running.await();
        var refused = assertThrows(ProblemException.class, op::cancel);
        assertEquals("This operation can't be cancelled", refused.getMessage());
        go.countDown();
        op.await(null);
        assertEquals(
                "Only running operations can be cancelled",
                assertThrows(ProblemException.class, op::cancel).getMessage());
    }

    @Test
    void cancel_whileWaiting_endsCancelled() throws Exception {
        var running = new CountDownLatch(1);
        var op = task(o -> {
            o.cancellable(() -> {});
            running.countDown();
            new CountDownLatch(1).await();
        });
        running.await();
        op.cancel();
        assertTrue(op.await(Duration.ofSeconds(10)));
        assertEquals(StatusCode.CANCELLED, op.view().status());
    }

    @Test
    void token_completed_succeeds() {
        var op = operations.token(Project.DEFAULT, "Token", Map.of(), Map.of("secret", "s"), null);
        assertEquals(StatusCode.RUNNING, op.view().status());
        assertTrue(op.view().mayCancel());
        op.complete();
        assertEquals(StatusCode.SUCCESS, op.view().status());
    }

    @Test
    void require_unknown_isNotFound() {
        for (var id : List.of("", "x", "00000000-0000-0000-0000-000000000000")) {
            assertEquals(
                    404,
                    assertThrows(ProblemException.class, () -> operations.require(id))
                            .problem()
                            .statusCode());
        }
    }
}
