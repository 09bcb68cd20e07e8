package io.lightvisor.daemon.guest;

import io.lightvisor.api.Envelope;
import io.lightvisor.api.JsonTree;
import io.lightvisor.api.Wire;
import io.lightvisor.daemon.endpoint.ImageDownload;
import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Percent;
import io.lightvisor.engine.Engine;
import io.lightvisor.engine.instance.Guests;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/// The paths that a guest can ask for. As in LXD any method reads, except that PATCH of `/1.0` says how
/// the guest is.
final class GuestApi {
    private static final GuestAnswer NOT_FOUND = GuestAnswer.refusal(404, "404 page not found");
    private static final GuestAnswer FORBIDDEN = GuestAnswer.refusal(403, "not authorized");

    private final Engine engine;

    GuestApi(Engine engine) {
        this.engine = engine;
    }

    GuestAnswer answer(Guests.Guest guest, GuestRequest request) throws Exception {
        if (!guest.root()) {
            return GuestAnswer.refusal(401, "Access denied for non-root user");
        }
        var instance = engine.guests().instance(guest);
        if (!Guests.isOpen(instance)) {
            // What a process opened before it was taken away does not go on being a way in.
            return FORBIDDEN;
        }
        return switch (request.path()) {
            case "/" -> json(List.of("/1.0"));
            case "/1.0" ->
                request.method().equals("PATCH") ? patch(guest, request, instance) : GuestAnswer.json(server(instance));
            case "/1.0/config" -> json(keys(instance));
            case "/1.0/meta-data" -> GuestAnswer.raw(Guests.metaData(instance));
            case "/1.0/devices" -> json(Guests.devices(instance));
            case "/1.0/events" -> new GuestAnswer.Events(types(request.query()));
            default -> below(request.path(), instance);
        };
    }

    private GuestAnswer below(String path, ExpandedInstance instance) {
        if (path.startsWith("/1.0/config/") && path.indexOf('/', 12) < 0 && path.length() > 12) {
            String key = Percent.decode(path.substring(12));
            if (!Guests.mayRead(key)) {
                return FORBIDDEN;
            }
            String value = instance.config(key);
            return value == null ? GuestAnswer.refusal(404, "not found") : GuestAnswer.raw(value);
        }
        if (path.startsWith("/1.0/images/") && path.endsWith("/export") && path.indexOf('/', 12) == path.length() - 7) {
            return image(Percent.decode(path.substring(12, path.length() - 7)), instance);
        }
        return NOT_FOUND;
    }

    private static GuestAnswer json(Object value) {
        return GuestAnswer.json(Wire.bytes(value));
    }

    private static byte[] server(ExpandedInstance instance) {
        var facts = new LinkedHashMap<String, Object>();
        facts.put("state", Guests.isReady(instance.instance()) ? "Ready" : "Started");
        facts.put("api_version", "1.0");
        facts.put("instance_type", instance.instance().type().wire());
        facts.put("location", "none");
        return Wire.bytes(facts);
    }

    private static List<String> keys(ExpandedInstance instance) {
        var urls = new ArrayList<String>();
        for (var key : instance.config().keySet()) {
            if (Guests.mayRead(key)) {
                urls.add("/1.0/config/" + key);
            }
        }
        return urls;
    }

    private GuestAnswer patch(Guests.Guest guest, GuestRequest request, ExpandedInstance instance) throws Exception {
        String state;
        try {
            state = JsonTree.object(request.body()).text("state");
        } catch (RuntimeException e) {
            return GuestAnswer.refusal(400, "the body is no JSON object");
        }
        if (!"Ready".equals(state) && !"Started".equals(state)) {
            return GuestAnswer.refusal(400, "Invalid state, it is \"Ready\" or \"Started\"");
        }
        engine.guests().ready(guest, state.equals("Ready"));
        return new GuestAnswer.Whole(200, "application/json", new byte[0]);
    }

    private static Set<String> types(String query) {
        for (var part : query.split("&")) {
            if (part.startsWith("type=")) {
                return Set.of(Percent.decode(part.substring(5)).split(","));
            }
        }
        return Set.of("config", "device");
    }

    /// Public images, and those fetched by a launch; others are somebody's own.
    private GuestAnswer image(String fingerprint, ExpandedInstance instance) {
        if (!Guests.givesImages(instance)) {
            return FORBIDDEN;
        }
        try {
            var image = engine.images().require(instance.instance().project(), fingerprint);
            if (image.isPublic() || image.cached()) {
                var answer = ImageDownload.of(engine.images().export(image));
                if (answer instanceof Answer.Streamed streamed) {
                    return new GuestAnswer.Copied(streamed);
                }
            }
        } catch (ProblemException e) {
            // As one that is not his: whether it exists is no matter of the guest's.
        }
        return new GuestAnswer.Whole(404, "application/json", Envelope.error(404, "Image not found"));
    }
}
