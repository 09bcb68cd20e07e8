package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.JsonTree;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.api.http.HttpClient;
import io.lightvisor.api.http.HttpRequest;
import io.lightvisor.api.http.HttpResponse;
import io.lightvisor.api.http.TlsTransport;
import io.lightvisor.cli.config.Remote;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.session.TlsRemotes;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/// The images of a simplestreams server: `streams/v1/index.json` names a file of products, each with versions, each of
/// these with items (files). Only the newest version of a product is listed.
final class SimpleStreams {
    private static final int LARGEST = 256 * 1024 * 1024;
    private static final int HTTPS = 443;

    private SimpleStreams() {}

    static List<JsonObject> list(Session session, Remote remote) throws IOException, ApiException, CliException {
        URI base = URI.create(remote.address().endsWith("/") ? remote.address() : remote.address() + "/");
        try (HttpClient http = new HttpClient(TlsTransport.to(
                TlsRemotes.host(remote.address()), base.getPort() < 0 ? HTTPS : base.getPort(), null, null))) {
            ArrayList<JsonObject> images = new ArrayList<>();
            JsonObject index =
                    get(session, http, base.resolve("streams/v1/index.json")).object("index");
            for (String name : index.keys()) {
                JsonObject entry = index.object(name);
                if (!entry.text("datatype").equals("image-downloads")
                        || entry.texts("products").isEmpty()) {
                    continue;
                }
                JsonObject products =
                        get(session, http, base.resolve(entry.text("path"))).object("products");
                for (String product : products.keys()) {
                    addNewest(images, products.object(product));
                }
            }
            return images;
        } catch (GeneralSecurityException failure) {
            throw new CliException("no safe connection to " + remote.address() + ": " + failure.getMessage());
        }
    }

    private static JsonObject get(Session session, HttpClient http, URI url) throws IOException, ApiException {
        HttpRequest request = new HttpRequest("GET", url.getRawPath())
                .header("User-Agent", "LXD " + VersionCommand.VERSION)
                .header("Accept", "application/json");
        try (HttpResponse response = http.send(request)) {
            if (response.status() != 200) {
                throw new ApiException(response.status(), url + ": the image server answered " + response.status());
            }
            return JsonTree.object(response.bytes(LARGEST));
        }
    }

    private static void addNewest(ArrayList<JsonObject> images, JsonObject product) {
        JsonObject versions = product.object("versions");
        String newest = "";
        for (String version : versions.keys()) {
            if (version.compareTo(newest) > 0) {
                newest = version;
            }
        }
        JsonObject items = versions.object(newest).object("items");
        for (String name : items.keys()) {
            JsonObject meta = items.object(name);
            if (!meta.text("ftype").equals("lxd.tar.xz") && !meta.text("ftype").equals("incus.tar.xz")) {
                continue;
            }
            for (String other : items.keys()) {
                JsonObject root = items.object(other);
                String kind = root.text("ftype");
                String combined = kind.equals("squashfs")
                        ? "combined_squashfs_sha256"
                        : kind.equals("disk-kvm.img") ? "combined_disk-kvm-img_sha256" : "";
                if (!combined.isEmpty() && !meta.text(combined).isEmpty()) {
                    images.add(image(product, newest, meta, root, meta.text(combined), kind.equals("squashfs")));
                }
            }
        }
    }

    private static JsonObject image(
            JsonObject product,
            String version,
            JsonObject meta,
            JsonObject root,
            String fingerprint,
            boolean container) {
        ArrayList<JsonObject> aliases = new ArrayList<>();
        for (String alias : product.text("aliases").split(",", -1)) {
            aliases.add(new JsonObject().put("name", alias).put("description", ""));
        }
        String title =
                product.text("release_title").isEmpty() ? product.text("release") : product.text("release_title");
        JsonObject properties = new JsonObject()
                .put(
                        "description",
                        product.text("os") + " " + title + " " + product.text("arch") + " (" + version + ")")
                .put("os", product.text("os"))
                .put("release", product.text("release"))
                .put("serial", version)
                .putText("variant", product.text("variant"));
        String uploaded = version.length() < 8
                ? "0001-01-01T00:00:00Z"
                : version.substring(0, 4) + "-" + version.substring(4, 6) + "-" + version.substring(6, 8)
                        + "T00:00:00Z";
        return new JsonObject()
                .put("properties", properties)
                .put("public", true)
                .put("aliases", aliases)
                .put("architecture", architecture(product.text("arch")))
                .put("fingerprint", fingerprint)
                .put("size", meta.number("size") + root.number("size"))
                .put("type", container ? "container" : "virtual-machine")
                .put("created_at", uploaded)
                .put("uploaded_at", uploaded);
    }

    private static String architecture(String debian) {
        return switch (debian) {
            case "amd64" -> "x86_64";
            case "arm64" -> "aarch64";
            case "i386" -> "i686";
            case "armhf" -> "armv7l";
            case "ppc64el" -> "ppc64le";
            default -> debian;
        };
    }
}
