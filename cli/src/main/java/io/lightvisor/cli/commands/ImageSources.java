package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.config.Remote;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import java.io.IOException;

/// Where the image of a new instance, or of an image copy, comes from.
final class ImageSources {
    private ImageSources() {}

    /// The `source` for `image`, seen from the server of `target`.
    static JsonObject source(Session session, Place image, Place target, boolean vm)
            throws IOException, ApiException, CliException {
        Remote remote = image.settings();
        JsonObject source = new JsonObject().put("type", "image");
        if (remote.protocol().equals("bootstrap")) {
            source.put("mode", "pull").put("protocol", "bootstrap").put("server", remote.address());
            return source.put("alias", image.name().isEmpty() ? "latest" : image.name());
        }
        if (remote.protocol().equals("simplestreams")) {
            source.put("mode", "pull").put("protocol", "simplestreams").put("server", remote.address());
            if (vm) {
                source.put("image_type", "virtual-machine");
            }
            return source.put("alias", image.name().isEmpty() ? "default" : image.name());
        }
        ApiClient api = image.api();
        String fingerprint = fingerprint(api, image.name().isEmpty() ? "default" : image.name());
        if (image.remote().equals(target.remote())) {
            return source.put("fingerprint", fingerprint);
        }
        JsonObject found = api.get("/1.0/images/" + ApiClient.segment(fingerprint));
        JsonObject server = api.get("/1.0");
        source.put("mode", "pull").put("protocol", "lxd").put("fingerprint", found.text("fingerprint"));
        source.put("server", address(remote, server))
                .put("certificate", server.object("environment").text("certificate"));
        if (!found.flag("public")) {
            JsonObject secret = api.call(
                            "POST", "/1.0/images/" + found.text("fingerprint") + "/secret", new JsonObject())
                    .object();
            source.put("secret", secret.object("metadata").text("secret"));
        }
        return source;
    }

    /// What an alias stands for; another name is taken for a fingerprint.
    static String fingerprint(ApiClient api, String name) throws IOException, ApiException {
        try {
            return api.get("/1.0/images/aliases/" + ApiClient.segment(name)).text("target");
        } catch (ApiException failure) {
            if (failure.code() != 404) {
                throw failure;
            }
            return api.get("/1.0/images/" + ApiClient.segment(name)).text("fingerprint");
        }
    }

    /// Where other servers reach this one.
    static String address(Remote remote, JsonObject server) throws CliException {
        if (!remote.isUnix()) {
            return remote.address();
        }
        for (String address : server.object("environment").texts("addresses")) {
            return "https://" + address;
        }
        throw new CliException("The source server isn't listening on the network; set core.https_address on it");
    }
}
