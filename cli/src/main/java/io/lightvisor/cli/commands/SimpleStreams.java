package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.streams.StreamImage;
import io.lightvisor.api.streams.StreamServer;
import io.lightvisor.cli.config.Remote;
import io.lightvisor.cli.session.CliException;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/// The images of a simplestreams server, as the API would tell of them.
final class SimpleStreams {
    private SimpleStreams() {}

    static List<JsonObject> list(Remote remote) throws IOException, CliException {
        try (var server = new StreamServer(URI.create(remote.address()), null, "LXD " + VersionCommand.VERSION)) {
            var images = new ArrayList<JsonObject>();
            for (var image : server.images()) {
                images.add(json(image));
            }
            return images;
        } catch (GeneralSecurityException failure) {
            throw new CliException("no safe connection to " + remote.address() + ": " + failure.getMessage());
        }
    }

    private static JsonObject json(StreamImage image) {
        var aliases = new ArrayList<JsonObject>();
        for (String alias : image.aliases()) {
            aliases.add(new JsonObject().put("name", alias).put("description", ""));
        }
        JsonObject properties = new JsonObject()
                .put("description", image.description())
                .put("os", image.os())
                .put("release", image.release())
                .put("serial", image.serial())
                .putText("variant", image.variant());
        String uploaded = image.serial().substring(0, 4) + "-" + image.serial().substring(4, 6) + "-"
                + image.serial().substring(6, 8) + "T00:00:00Z";
        return new JsonObject()
                .put("properties", properties)
                .put("public", true)
                .put("aliases", aliases)
                .put("architecture", image.kernelArchitecture())
                .put("fingerprint", image.fingerprint())
                .put("size", image.size())
                .put("type", image.container() ? "container" : "virtual-machine")
                .put("created_at", uploaded)
                .put("uploaded_at", uploaded);
    }
}
