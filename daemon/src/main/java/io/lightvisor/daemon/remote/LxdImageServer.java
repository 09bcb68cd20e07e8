package io.lightvisor.daemon.remote;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.api.http.HttpClient;
import io.lightvisor.api.http.HttpResponse;
import io.lightvisor.api.http.TlsTransport;
import io.lightvisor.daemon.http.Multipart;
import io.lightvisor.engine.image.ImageOrigin;
import io.lightvisor.engine.image.ImageQuery;
import io.lightvisor.image.ImageUpload;
import io.lightvisor.image.Progress;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Images of another server of this API: Lightvisor, LXD or Incus, over TLS. The daemon comes as a guest, so it sees
/// public images, and others with the one-time secret that a client got for them there.
public final class LxdImageServer implements ImageOrigin {
    private static final String ADDRESS = "https://HOST[:PORT]";
    private static final int DEFAULT_PORT = 8443;

    @Override
    public String protocol() {
        return "lxd";
    }

    @Override
    public ImageQuery.Remote accept(ImageQuery.Remote remote, List<String> packages) {
        RemoteServer.refusePackages(packages);
        if (remote.alias().isEmpty()) {
            throw Problem.badRequest("Must specify one of alias or fingerprint for a remote image")
                    .exception();
        }
        RemoteServer.address(remote, ADDRESS);
        return remote;
    }

    @Override
    public Optional<Offer> look(ImageQuery.Remote remote) {
        try (var api = client(remote)) {
            String fingerprint = fingerprint(api, remote);
            var image = image(api, fingerprint, remote.secret());
            Map<String, String> properties = new TreeMap<>();
            var theirs = image.object("properties");
            for (String key : theirs.keys()) {
                properties.put(key, theirs.text(key));
            }
            return Optional.of(new Offer(new Fingerprint(image.text("fingerprint")), properties));
        } catch (IOException | ApiException e) {
            throw failure(remote, e);
        }
    }

    private static String fingerprint(ApiClient api, ImageQuery.Remote remote) throws IOException, ApiException {
        try {
            return api.get("/1.0/images/aliases/" + ApiClient.segment(remote.alias()))
                    .text("target");
        } catch (ApiException e) {
            // A guest who may not see an alias is told 403 or 404; the name may be a fingerprint all the same.
            if (e.code() != 404 && e.code() != 403) {
                throw e;
            }
            return remote.alias();
        }
    }

    private static JsonObject image(ApiClient api, String fingerprint, String secret) throws IOException, ApiException {
        return api.get("/1.0/images/" + ApiClient.segment(fingerprint) + query(secret));
    }

    private static String query(String secret) {
        return secret.isEmpty() ? "" : "?secret=" + ApiClient.segment(secret);
    }

    @Override
    public void fetch(ImageQuery.Remote remote, List<String> packages, ImageUpload upload, Progress progress) {
        try (var api = client(remote)) {
            String fingerprint = fingerprint(api, remote);
            String path = "/1.0/images/" + ApiClient.segment(fingerprint) + "/export" + query(remote.secret());
            try (var response = api.open(api.request("GET", path))) {
                take(response, fingerprint, upload, progress);
            }
        } catch (IOException | ApiException e) {
            throw failure(remote, e);
        }
    }

    private static void take(HttpResponse response, String fingerprint, ImageUpload upload, Progress progress)
            throws IOException {
        String type = response.headers().get("Content-Type");
        long length = length(response);
        try (var body = new CountedBody(response.body(), "rootfs", length, progress)) {
            if (!Multipart.isMultipart(type)) {
                upload.metadata(body, fileName(response, fingerprint));
                return;
            }
            var parts = new Multipart(body, type);
            for (var part = parts.next(); part != null; part = parts.next()) {
                if (part.name().equals("metadata")) {
                    upload.metadata(part.content(), part.filename());
                } else if (part.name().startsWith("rootfs")) {
                    upload.rootfs(part.content(), part.filename());
                }
            }
        }
    }

    private static long length(HttpResponse response) {
        try {
            return Long.parseLong(response.headers().get("Content-Length"));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static String fileName(HttpResponse response, String fingerprint) {
        String disposition = response.headers().get("Content-Disposition");
        int at = disposition.indexOf("filename=");
        return at < 0 ? fingerprint + ".tar.gz" : disposition.substring(at + 9).replace("\"", "");
    }

    private static ApiClient client(ImageQuery.Remote remote) throws IOException {
        try {
            var address = RemoteServer.address(remote, ADDRESS);
            var pinned = RemoteServer.pinned(remote);
            int port = address.getPort() < 0 ? DEFAULT_PORT : address.getPort();
            String host = address.getHost();
            if (host.startsWith("[")) {
                host = host.substring(1, host.length() - 1);
            }
            return new ApiClient(new HttpClient(TlsTransport.to(host, port, null, pinned)));
        } catch (GeneralSecurityException e) {
            throw new Problem.BadRequest(
                            "image \"" + Problem.printable(remote.alias()) + "\" not fetched",
                            "the certificate given for its server cannot be read: " + e.getMessage(),
                            "")
                    .exception();
        }
    }

    private static ProblemException failure(ImageQuery.Remote remote, Exception e) {
        String what = "image \"" + Problem.printable(remote.alias()) + "\" not fetched from "
                + Problem.printable(remote.server());
        if (e instanceof ApiException refused && (refused.code() == 404 || refused.code() == 403)) {
            return new Problem.NotFound(
                            what,
                            "the server says: " + Problem.printable(String.valueOf(e.getMessage())),
                            "make it public there, or copy it with \"lxc image copy\" as somebody whom that server trusts")
                    .exception();
        }
        return new Problem.Failed(
                        what,
                        Problem.printable(String.valueOf(e.getMessage())),
                        "check that the server runs and that its address and certificate are the right ones")
                .exception(e);
    }
}
