package io.lightvisor.api.client;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.JsonTree;
import io.lightvisor.api.WireException;
import io.lightvisor.api.http.HttpClient;
import io.lightvisor.api.http.HttpException;
import io.lightvisor.api.http.HttpHeaders;
import io.lightvisor.api.http.HttpRequest;
import io.lightvisor.api.http.HttpResponse;
import io.lightvisor.api.http.UpgradeRefused;
import io.lightvisor.api.http.UpgradedConnection;
import io.lightvisor.api.http.WebSocket;
import io.lightvisor.api.http.WebSocketHandshake;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Calls one server, in one project. Paths begin with `/1.0` and are encoded already: see [#segment].
public final class ApiClient implements Closeable {
    private static final int LARGEST_ANSWER = 512 * 1024 * 1024;

    /// Servers and what stands between may drop a connection that is silent for 30 s, so a wait is asked again before.
    private static final int WAIT_SECONDS = 20;

    private final HttpClient http;
    private final String project;

    /// A client in the server's default project.
    public ApiClient(HttpClient http) {
        this(http, "");
    }

    private ApiClient(HttpClient http, String project) {
        this.http = http;
        this.project = project;
    }

    /// The same server, in another project; empty for the server's default.
    public ApiClient inProject(String name) {
        return new ApiClient(http, name);
    }

    /// The project that was chosen; empty if none was.
    public String project() {
        return project;
    }

    /// Gets an object.
    public JsonObject get(String path) throws IOException, ApiException {
        return call("GET", path, null).object();
    }

    /// Gets a list of objects.
    public List<JsonObject> getList(String path) throws IOException, ApiException {
        return call("GET", path, null).objects();
    }

    /// Sends a request with a JSON body or none.
    public ApiAnswer call(String method, String path, @Nullable JsonObject body) throws IOException, ApiException {
        return call(method, path, body, "");
    }

    /// As [#call], only if the entity tag is still `etag` (empty: whatever it is).
    public ApiAnswer call(String method, String path, @Nullable JsonObject body, String etag)
            throws IOException, ApiException {
        HttpRequest request = request(method, path);
        if (body != null) {
            request.header("Content-Type", "application/json").body(JsonTree.bytes(body));
        }
        if (!etag.isEmpty()) {
            request.header("If-Match", etag);
        }
        return send(request);
    }

    /// A request in this client's project, for [#send] and [#open].
    public HttpRequest request(String method, String path) {
        return new HttpRequest(method, inThisProject(path));
    }

    /// Sends a request whose answer is JSON.
    public ApiAnswer send(HttpRequest request) throws IOException, ApiException {
        try (HttpResponse response = http.send(request)) {
            return read(response.status(), response.headers(), response.bytes(LARGEST_ANSWER));
        }
    }

    /// Sends a request whose answer is a file; throws if it is an error.
    public HttpResponse open(HttpRequest request) throws IOException, ApiException {
        HttpResponse response = http.send(request);
        if (response.status() / 100 != 2) {
            try (response) {
                read(response.status(), response.headers(), response.bytes(LARGEST_ANSWER));
            }
            throw new ApiException(response.status(), "the server answered " + response.status());
        }
        return response;
    }

    private static ApiAnswer read(int status, HttpHeaders headers, byte[] body) throws IOException, ApiException {
        JsonObject envelope;
        try {
            envelope = JsonTree.object(body);
        } catch (WireException failure) {
            if (status >= 400) {
                String text = new String(body, 0, Math.min(body.length, 500), StandardCharsets.UTF_8).trim();
                throw new ApiException(status, text.isEmpty() ? "the server answered " + status : text);
            }
            throw new HttpException("the answer of the server is no JSON: " + failure.getMessage());
        }
        if (envelope.text("type").equals("error")) {
            int code = (int) envelope.number("error_code");
            String error = envelope.text("error");
            throw new ApiException(code, error.isEmpty() ? "the server answered " + code : error);
        }
        return new ApiAnswer(envelope, headers);
    }

    /// Sends a request and, if it began an operation, waits for its end. Answers the operation, or an empty object.
    public JsonObject run(String method, String path, @Nullable JsonObject body) throws IOException, ApiException {
        return finish(call(method, path, body));
    }

    /// Waits for the operation of an answer, if it has one. Throws [ApiException] if it failed or was cancelled.
    public JsonObject finish(ApiAnswer answer) throws IOException, ApiException {
        if (!answer.isAsync()) {
            return new JsonObject();
        }
        JsonObject operation = answer.object();
        while (operation.number("status_code") < 200) {
            operation = get(answer.operation() + "/wait?timeout=" + WAIT_SECONDS);
        }
        return check(operation);
    }

    /// The operation, if it went well; else throws what it says.
    public static JsonObject check(JsonObject operation) throws ApiException {
        long code = operation.number("status_code");
        if (code >= 400) {
            String error = operation.text("err");
            throw new ApiException((int) code, error.isEmpty() ? operation.text("status") : error, true);
        }
        return operation;
    }

    /// Opens a websocket and waits until it is granted.
    public WebSocket webSocket(String path) throws IOException, ApiException {
        return granted(askWebSocket(path));
    }

    /// Asks for a websocket; several may be under way before [#granted] takes the answers.
    public WebSocketHandshake askWebSocket(String path) throws IOException {
        return http.webSocket(inThisProject(path), new HttpHeaders());
    }

    /// Waits until a websocket is granted.
    public static WebSocket granted(WebSocketHandshake handshake) throws IOException, ApiException {
        try {
            return handshake.finish();
        } catch (UpgradeRefused refused) {
            read(refused.status(), new HttpHeaders(), refused.body());
            throw new ApiException(refused.status(), "the server refused the websocket");
        }
    }

    /// Opens a connection that speaks another protocol.
    public UpgradedConnection upgrade(String path, String protocol) throws IOException, ApiException {
        try {
            return http.upgrade(inThisProject(path), protocol);
        } catch (UpgradeRefused refused) {
            read(refused.status(), new HttpHeaders(), refused.body());
            throw new ApiException(refused.status(), "the server refused to speak " + protocol);
        }
    }

    /// Opens the stream of events of some types (`operation,lifecycle,logging`), of this project or of all.
    public EventStream events(String types, boolean allProjects) throws IOException, ApiException {
        String path = "/1.0/events?type=" + types;
        return new EventStream(allProjects ? inProject("").webSocket(path + "&all-projects=true") : webSocket(path));
    }

    private String inThisProject(String path) {
        if (project.isEmpty()) {
            return path;
        }
        return path + (path.indexOf('?') < 0 ? '?' : '&') + "project=" + segment(project);
    }

    /// Encodes a name to stand in a path or in a query: all but letters, digits and `-._~` as %XX.
    public static String segment(String name) {
        StringBuilder out = null;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '.'
                    || c == '_'
                    || c == '~';
            if (plain && out != null) {
                out.append(c);
            } else if (!plain) {
                if (out == null) {
                    out = new StringBuilder(name.length() + 16).append(name, 0, i);
                }
                int end = Character.isHighSurrogate(c) && i + 1 < name.length() ? i + 2 : i + 1;
                for (byte b : name.substring(i, end).getBytes(StandardCharsets.UTF_8)) {
                    out.append('%');
                    out.append(Character.toUpperCase(Character.forDigit((b >> 4) & 15, 16)));
                    out.append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
                }
                i = end - 1;
            }
        }
        return out == null ? name : out.toString();
    }

    @Override
    public void close() {
        http.close();
    }
}
