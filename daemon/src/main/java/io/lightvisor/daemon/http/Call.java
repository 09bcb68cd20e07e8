package io.lightvisor.daemon.http;

import io.lightvisor.api.Wire;
import io.lightvisor.api.WireException;
import io.lightvisor.model.Problem;
import io.lightvisor.model.Project;
import io.lightvisor.model.ProjectName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.IO;
import org.jspecify.annotations.Nullable;

/// One request on its way through a handler.
public final class Call {
    /// The largest JSON body that is read; a bigger one gets 413 and the connection is closed.
    public static final int MAX_JSON = 1 << 20;

    /// How long a JSON body may take to arrive. With the idle timeout of the connection this bounds what a slow client
    /// can hold.
    private static final Duration JSON_DEADLINE = Duration.ofSeconds(60);

    private final Request request;
    private final String path;
    private final List<String> variables;
    private final Supplier<Caller> callers;
    private @Nullable Caller caller;
    private @Nullable Query query;

    Call(Request request, String path, List<String> variables, Supplier<Caller> callers) {
        this.request = request;
        this.path = path;
        this.variables = variables;
        this.callers = callers;
    }

    /// `GET`, `PUT`, ...
    public String method() {
        return request.getMethod();
    }

    /// The path as it came, still encoded.
    public String path() {
        return path;
    }

    /// The segment that the n-th variable of the pattern took (0 is the first), decoded.
    public String variable(int n) {
        return Percent.decode(variables.get(n));
    }

    /// A value of the query; empty if absent.
    public String query(String name) {
        return query().get(name);
    }

    /// Whether the query names it, with whatever value.
    public boolean hasQuery(String name) {
        return query().has(name);
    }

    /// Whether the query says `true` or `1` (or another spelling of yes).
    public boolean flag(String name) {
        String value = query(name);
        return value.equals("1") || value.equalsIgnoreCase("true") || value.equalsIgnoreCase("yes");
    }

    private Query query() {
        Query known = query;
        if (known == null) {
            query = known = Query.parse(request.getHttpURI().getQuery());
        }
        return known;
    }

    /// `recursion`: 0 for URLs, 1 for objects, 2 for objects with state; what is no number counts as 0.
    public int recursion() {
        String value = query("recursion");
        return value.length() == 1 && value.charAt(0) >= '0' && value.charAt(0) <= '9' ? value.charAt(0) - '0' : 0;
    }

    /// The project that the request speaks of.
    public ProjectName project() {
        String name = query("project");
        return name.isEmpty() ? Project.DEFAULT : new ProjectName(name);
    }

    /// A header's value; empty if absent.
    public String header(String name) {
        String value = request.getHeaders().get(name);
        return value == null ? "" : value;
    }

    /// Who asks. Found on the first call: it costs a system call.
    public Caller caller() {
        Caller known = caller;
        if (known == null) {
            caller = known = callers.get();
        }
        return known;
    }

    /// The body as it arrives; a chunked one of any length. Only on a virtual thread.
    public InputStream body() {
        return Content.Source.asInputStream(request);
    }

    /// Takes the parts of a body as they come.
    @FunctionalInterface
    public interface Part {
        /// Uses all that remains in the buffer, which is ours again afterwards.
        void take(ByteBuffer bytes) throws IOException;
    }

    /// The body part by part, without a copy in between; a chunked one of any length. Waits for more on the calling
    /// thread.
    public void eachPart(Part part) throws IOException {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                try (var more = Blocker.runnable()) {
                    request.demand(more);
                    more.block();
                }
                continue;
            }
            if (Content.Chunk.isFailure(chunk)) {
                throw IO.rethrow(chunk.getFailure());
            }
            try {
                if (chunk.hasRemaining()) {
                    part.take(chunk.getByteBuffer());
                }
            } finally {
                chunk.release();
            }
            if (chunk.isLast()) {
                return;
            }
        }
    }

    /// The length of the body as announced, if it was.
    public Optional<Long> length() {
        long length = request.getLength();
        return length < 0 ? Optional.empty() : Optional.of(length);
    }

    /// The whole body, as long as it has at most [#MAX_JSON] bytes: 413 otherwise, with no more read than that.
    public byte[] jsonBytes() throws IOException {
        if (request.getLength() > MAX_JSON) {
            throw new TooLargeException();
        }
        long start = System.nanoTime();
        var bytes = new ByteArrayOutputStream(1024);
        byte[] buffer = new byte[8192];
        try (InputStream in = body()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                bytes.write(buffer, 0, n);
                if (bytes.size() > MAX_JSON) {
                    throw new TooLargeException();
                }
                if (System.nanoTime() - start > JSON_DEADLINE.toNanos()) {
                    throw Problem.badRequest("the request's body did not arrive within " + JSON_DEADLINE.toSeconds()
                                    + " seconds")
                            .exception();
                }
            }
        }
        return bytes.toByteArray();
    }

    /// The body as a record of the wire. Throws a bad request that says what does not fit.
    public <T> T json(Class<T> record) throws IOException {
        byte[] bytes = jsonBytes();
        if (bytes.length == 0) {
            throw Problem.badRequest("EOF").exception();
        }
        try {
            return Wire.read(record, bytes);
        } catch (WireException e) {
            throw Problem.badRequest("the request's body does not fit: " + e.getMessage())
                    .exception(e);
        }
    }

    /// Refuses (412) if the client saw another state than `tag` stands for. No If-Match header agrees with everything.
    public void requireMatch(String tag) {
        String seen = header("If-Match");
        if (seen.isEmpty()) {
            return;
        }
        String bare = seen.length() >= 2 && seen.startsWith("\"") && seen.endsWith("\"")
                ? seen.substring(1, seen.length() - 1)
                : seen;
        if (!bare.equals(tag)) {
            throw new Problem.Stale("ETag doesn't match: " + Problem.printable(bare) + " vs " + tag, "", "")
                    .exception();
        }
    }
}
