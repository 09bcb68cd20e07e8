package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.JsonTree;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.api.http.HttpRequest;
import io.lightvisor.api.http.HttpResponse;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// `lxc query`: a request as it is.
public final class QueryCommand implements Command {
    private static final int LARGEST = 512 * 1024 * 1024;

    @Override
    public Spec spec() {
        return Spec.leaf("query", "[<remote>:]<API path>", 1, 1, "Send a request to the server as it is")
                .rare()
                .text('d', "data", "", "The body (- for standard input)")
                .flag(' ', "raw", "Print the whole answer")
                .text('X', "request", "GET", "The method")
                .flag(' ', "wait", "Wait for the operation that it begins")
                .details("  lxc query -X POST -d '{\"name\":\"p1\"}' /1.0/profiles");
    }

    @Override
    public int run(Invocation in, Session session) throws IOException, ApiException, CliException {
        String path = in.arg(0);
        int colon = path.indexOf(":/");
        Place place = session.remote(colon > 0 && path.charAt(0) != '/' ? path.substring(0, colon + 1) : "");
        if (colon > 0 && path.charAt(0) != '/') {
            path = path.substring(colon + 1);
        }
        if (!path.startsWith("/")) {
            throw new CliException("Query path must start with /");
        }
        if (in.has("raw") && in.has("wait")) {
            throw new CliException("--wait and --raw exclude each other");
        }
        // The path says which project is meant, if it does; the remote's own is not put in beside it.
        ApiClient api = path.contains("project=") ? place.api().inProject("") : place.api();
        HttpRequest request = api.request(in.text("request"), path);
        if (in.has("data")) {
            String data = in.text("data").equals("-") ? Terminal.inputText() : in.text("data");
            request.header("Content-Type", "application/json").body(data.getBytes(StandardCharsets.UTF_8));
        }
        if (in.text("request").equals("GET")) {
            try (HttpResponse response = api.open(request)) {
                byte[] body = response.bytes(LARGEST);
                if (!response.headers().get("Content-Type").startsWith("application/json")) {
                    session.out().write(body, 0, body.length);
                    return 0;
                }
                print(in, session, api, JsonTree.object(body));
            }
            return 0;
        }
        print(in, session, api, api.send(request).envelope());
        return 0;
    }

    private static void print(Invocation in, Session session, ApiClient api, JsonObject envelope)
            throws IOException, ApiException, CliException {
        if (envelope.text("type").equals("error")) {
            throw new CliException(envelope.text("error"));
        }
        if (in.has("raw")) {
            session.out().println(indented(envelope, 0) + "\n");
            return;
        }
        Object metadata = envelope.get("metadata");
        if (in.has("wait") && envelope.text("type").equals("async")) {
            metadata = api.get(envelope.text("operation") + "/wait");
        }
        boolean nothing = metadata == null || (metadata instanceof JsonObject object && object.isEmpty());
        if (!nothing) {
            session.out().println(JsonTree.pretty(metadata) + "\n");
        }
    }

    /// As `--raw` prints: keys of the envelope in their order, those within sorted.
    private static String indented(JsonObject envelope, int level) {
        StringBuilder out = new StringBuilder("{");
        boolean first = true;
        for (String key : envelope.keys()) {
            out.append(first ? "\n\t" : ",\n\t").append(JsonTree.text(key)).append(": ");
            first = false;
            out.append(nested(envelope.get(key), level + 1));
        }
        return out.append("\n}").toString();
    }

    private static String nested(@Nullable Object value, int level) {
        StringBuilder tabs = new StringBuilder("\n");
        for (int i = 0; i < level; i++) {
            tabs.append('\t');
        }
        return JsonTree.pretty(value).replace("\n", tabs);
    }
}
