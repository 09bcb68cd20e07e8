package io.lightvisor.daemon.http;

import io.lightvisor.model.ProblemException;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;
import org.jspecify.annotations.Nullable;

/// Takes every request from Jetty to its route, and the answer back.
final class RequestHandler extends org.eclipse.jetty.server.Handler.Abstract.NonBlocking {
    private static final Logger LOG = System.getLogger("lightvisor.daemon");
    private static final Set<String> VERBS = Set.of("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS");

    private final Gate gate;
    private final Function<Request, Caller> callers;
    private final WebSocketMappings webSockets;
    private final Configuration.ConfigurationCustomizer socketSettings = new Configuration.ConfigurationCustomizer();
    private volatile Map<String, String> crossOrigin = Map.of();
    private volatile Router router = new Router(List.of());

    RequestHandler(Gate gate, Function<Request, Caller> callers, WebSocketMappings webSockets) {
        this.gate = gate;
        this.callers = callers;
        this.webSockets = webSockets;
        socketSettings.setIdleTimeout(Duration.ZERO);
        socketSettings.setMaxFrameSize(HttpServer.MAX_FRAME);
        socketSettings.setAutoFragment(true);
    }

    /// Sends these headers with every answer to a browser's page of another origin.
    void allowOrigins(Map<String, String> headers) {
        crossOrigin = headers;
    }

    void serve(Router routes) {
        router = routes;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        try {
            route(request, response, callback);
        } catch (Throwable failure) {
            send(failed(request, failure), request, response, callback);
        }
        return true;
    }

    private void route(Request request, Response response, Callback callback) throws Exception {
        String method = request.getMethod();
        Map<String, String> allowed = crossOrigin;
        if (!allowed.isEmpty() && request.getHeaders().contains(HttpHeader.ORIGIN)) {
            allowed.forEach(response.getHeaders()::put);
        }
        String path = request.getHttpURI().getPath();
        if (!VERBS.contains(method)) {
            send(Answer.error(404, "Method \"" + method + "\" not found"), request, response, callback);
            return;
        }
        Router.Match match = path == null ? null : router.match(path);
        if (match == null) {
            send(Answer.error(404, "not found"), request, response, callback);
            return;
        }
        if (method.equals("OPTIONS")) {
            send(new Answer.Ready(200, "", new byte[0], Map.of()), request, response, callback);
            return;
        }
        if (LOG.isLoggable(Level.DEBUG)) {
            LOG.log(Level.DEBUG, "Handling API request method=" + method + " path=" + path);
        }
        String refusal = gate.refusal(method, path);
        if (refusal != null) {
            send(Answer.error(503, refusal), request, response, callback);
            return;
        }
        var call = new Call(request, path, match.variables(), () -> callers.apply(request));
        Route route = match.byMethod().get(method);
        if (route == null) {
            String text = call.caller().isTrusted() ? "not implemented" : "not authorized";
            send(Answer.error(text.equals("not implemented") ? 501 : 403, text), request, response, callback);
        } else if (route.where() == Where.SELECTOR) {
            send(answer(route, call), request, response, callback);
        } else {
            Thread.ofVirtual().name(method + " " + path).start(() -> {
                Answer answer;
                try {
                    answer = answer(route, call);
                } catch (Throwable failure) {
                    answer = failed(request, failure);
                }
                send(answer, request, response, callback);
            });
        }
    }

    private static Answer answer(Route route, Call call) throws Exception {
        if (route.access() == Access.TRUSTED && !call.caller().isTrusted()) {
            return Answer.error(403, "not authorized");
        }
        return route.handler().handle(call);
    }

    /// Turns what a handler threw into words for the client. A [ProblemException] is an answer; anything else is a
    /// fault of ours and goes to the log with its causes. Running out of memory ends this request only.
    private static Answer failed(Request request, Throwable failure) {
        if (failure instanceof ProblemException problem) {
            return Answer.error(
                    problem.problem().statusCode(), problem.problem().sentence());
        }
        if (failure instanceof TooLargeException) {
            return Answer.error(413, String.valueOf(failure.getMessage())).with("Connection", "close");
        }
        if (failure instanceof EOFException) {
            LOG.log(Level.DEBUG, "the client went away in the middle of its request", failure);
            return Answer.error(400, "the request's body is cut short").with("Connection", "close");
        }
        if (failure instanceof IOException && failure.getCause() instanceof TimeoutException) {
            LOG.log(Level.DEBUG, "the client did not go on with its request", failure);
            return Answer.error(408, "the request's body did not arrive in time")
                    .with("Connection", "close");
        }
        if (failure instanceof OutOfMemoryError) {
            return Answer.error(500, "the daemon had not enough memory for this request");
        }
        LOG.log(
                Level.ERROR,
                // The query may hold a secret.
                "request failed method=" + request.getMethod() + " path="
                        + request.getHttpURI().getPath(),
                failure);
        String why = failure.getMessage();
        return Answer.error(
                500,
                failure instanceof IOException && why != null
                        ? why
                        : "unexpected failure: " + failure.getClass().getSimpleName() + (why == null ? "" : ": " + why)
                                + "; the daemon's log tells more");
    }

    private void send(Answer answer, Request request, Response response, Callback callback) {
        try {
            switch (answer) {
                case Answer.Ready ready -> {
                    headers(response, ready.status(), ready.type(), ready.headers());
                    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, ready.body().length);
                    boolean headOnly = request.getMethod().equals("HEAD");
                    response.write(true, ByteBuffer.wrap(headOnly ? new byte[0] : ready.body()), callback);
                }
                case Answer.Streamed streamed -> stream(streamed, response, callback);
                case Answer.FileBody file -> new FileSender(request, response).send(file, callback);
                case Answer.RawUpgrade upgrade -> RawConnection.upgrade(upgrade, request, response, callback);
                case Answer.Upgrade upgrade -> upgrade(upgrade, request, response, callback);
            }
        } catch (Throwable failure) {
            LOG.log(Level.DEBUG, "answer not sent", failure);
            callback.failed(failure);
        }
    }

    static void headers(Response response, int status, String type, Map<String, String> more) {
        response.setStatus(status);
        if (!type.isEmpty()) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        }
        if (!more.isEmpty()) {
            for (var header : more.entrySet()) {
                response.getHeaders().put(header.getKey(), header.getValue());
            }
        }
    }

    private static void stream(Answer.Streamed streamed, Response response, Callback callback) throws IOException {
        headers(response, streamed.status(), streamed.type(), streamed.headers());
        if (streamed.length().isPresent()) {
            response.getHeaders()
                    .put(HttpHeader.CONTENT_LENGTH, streamed.length().getAsLong());
        }
        try (OutputStream out = Content.Sink.asOutputStream(response)) {
            streamed.writer().write(out);
        }
        callback.succeeded();
    }

    private void upgrade(Answer.Upgrade upgrade, Request request, Response response, Callback callback) {
        WebSocket socket = upgrade.socket();
        var negotiator = new WebSocketNegotiator() {
            @Override
            public @Nullable WebSocket negotiate(
                    ServerUpgradeRequest asked, ServerUpgradeResponse offered, Callback unused) {
                offered.setExtensions(List.of());
                return socket;
            }
        };
        if (!webSockets.upgrade(negotiator, request, response, callback, socketSettings)) {
            socket.refused();
            upgrade.refused().run();
            send(
                    Answer.error(400, "websocket: the client is not using the websocket protocol"),
                    request,
                    response,
                    callback);
            return;
        }
        Thread.ofVirtual().name("websocket " + request.getHttpURI().getPath()).start(() -> {
            try {
                upgrade.handler().serve(socket);
            } catch (InterruptedException | IOException gone) {
                LOG.log(Level.DEBUG, "websocket ended", gone);
            } catch (Throwable failure) {
                LOG.log(Level.ERROR, "websocket failed", failure);
            } finally {
                socket.close();
            }
        });
    }
}
