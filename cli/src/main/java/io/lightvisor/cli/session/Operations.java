package io.lightvisor.cli.session;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiAnswer;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.api.client.EventStream;
import io.lightvisor.api.http.HttpRequest;
import io.lightvisor.cli.terminal.Terminal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Runs requests that take time. On a terminal their progress is shown, and control-C cancels what can be cancelled;
/// for
/// that the stream of events is opened before the request is sent, so that nothing is missed.
public final class Operations {
    private Operations() {}

    /// Sends a request and waits for what it began. `label` stands before the progress. Answers the operation at its
    /// end.
    public static JsonObject run(
            Session session, ApiClient api, String method, String path, @Nullable JsonObject body, String label)
            throws IOException, ApiException {
        if (session.isQuiet() || !Terminal.isOutput()) {
            return api.run(method, path, body);
        }
        try (EventStream events = api.events("operation", false)) {
            return watched(session, api, events, api.call(method, path, body), label);
        }
    }

    /// As [#run], for a request with a body that is no JSON.
    public static JsonObject run(Session session, ApiClient api, HttpRequest request, String label)
            throws IOException, ApiException {
        if (session.isQuiet() || !Terminal.isOutput()) {
            return api.finish(api.send(request));
        }
        try (EventStream events = api.events("operation", false)) {
            return watched(session, api, events, api.send(request), label);
        }
    }

    private static JsonObject watched(
            Session session, ApiClient api, EventStream events, ApiAnswer answer, String label)
            throws IOException, ApiException {
        if (!answer.isAsync()) {
            return new JsonObject();
        }
        String id = answer.object().text("id");
        ProgressLine line = new ProgressLine(session.out(), label);
        Thread watcher = new Thread("progress") {
            @Override
            public void run() {
                try {
                    follow(events, id, line);
                } catch (IOException | RuntimeException gone) {
                    // The operation is waited for elsewhere; only its progress is no longer shown.
                }
            }
        };
        watcher.setDaemon(true);
        watcher.start();
        cancelOnInterrupt(session, api, answer.operation());
        try {
            return api.finish(answer);
        } finally {
            Terminal.giveBack();
            line.end();
        }
    }

    private static void follow(EventStream events, String id, ProgressLine line) throws IOException {
        while (true) {
            JsonObject event = events.next();
            if (event == null) {
                return;
            }
            JsonObject operation = event.object("metadata");
            if (!operation.text("id").equals(id)) {
                continue;
            }
            JsonObject metadata = operation.object("metadata");
            for (String key : metadata.keys()) {
                if (key.endsWith("_progress")) {
                    line.show(metadata.text(key));
                }
            }
            if (operation.number("status_code") >= 200) {
                return;
            }
        }
    }

    private static void cancelOnInterrupt(Session session, ApiClient api, String operation) {
        Terminal.take(
                new Terminal.SignalHandler() {
                    private boolean refused;

                    @Override
                    public void signal(int number) {
                        if (refused) {
                            Runtime.getRuntime().halt(128 + number);
                        }
                        try {
                            api.call("DELETE", operation, null);
                        } catch (IOException | ApiException | RuntimeException failure) {
                            refused = true;
                            session.err()
                                    .println("\n" + failure.getMessage()
                                            + "; press control-C again to leave it to itself");
                            session.err().flush();
                        }
                    }
                },
                Terminal.SIGINT);
    }
}
