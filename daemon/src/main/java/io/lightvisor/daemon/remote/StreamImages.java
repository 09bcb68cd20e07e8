package io.lightvisor.daemon.remote;

import io.lightvisor.api.streams.StreamFile;
import io.lightvisor.api.streams.StreamImage;
import io.lightvisor.api.streams.StreamServer;
import io.lightvisor.engine.image.ImageOrigin;
import io.lightvisor.engine.image.ImageQuery;
import io.lightvisor.image.ImageUpload;
import io.lightvisor.image.Progress;
import io.lightvisor.model.Architecture;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Images of simplestreams servers: `lxc launch ubuntu:22.04`. Their content is checked against the fingerprint that
/// the server's list promises.
public final class StreamImages implements ImageOrigin {
    private static final String ADDRESS = "https://HOST[:PORT][/PATH]";
    private final String userAgent;

    /// @param userAgent what this daemon calls itself
    public StreamImages(String userAgent) {
        this.userAgent = userAgent;
    }

    @Override
    public String protocol() {
        return "simplestreams";
    }

    @Override
    public ImageQuery.Remote accept(ImageQuery.Remote remote, List<String> packages) {
        RemoteServer.refusePackages(packages);
        RemoteServer.address(remote, ADDRESS);
        return remote;
    }

    @Override
    public Optional<Offer> look(ImageQuery.Remote remote) {
        try (var server = server(remote)) {
            var image = find(server, remote);
            Map<String, String> properties = new TreeMap<>();
            properties.put("architecture", image.architecture());
            properties.put("description", image.description());
            properties.put("os", image.os());
            properties.put("release", image.release());
            properties.put("serial", image.serial());
            properties.put("variant", image.variant());
            properties.put("version", image.title());
            properties.put("label", image.label());
            properties.values().removeIf(String::isEmpty);
            return Optional.of(new Offer(new Fingerprint(image.fingerprint()), properties));
        } catch (IOException e) {
            throw failure(remote, e);
        }
    }

    @Override
    public void fetch(ImageQuery.Remote remote, List<String> packages, ImageUpload upload, Progress progress) {
        try (var server = server(remote)) {
            var image = find(server, remote);
            progress.at("metadata", 0, image.metadata().size());
            try (var response = server.open(image.metadata());
                    var body = new CountedBody(
                            response.body(), "metadata", image.metadata().size(), progress)) {
                upload.metadata(body, name(image.metadata()));
            }
            var rootfs = image.rootfs();
            if (rootfs != null) {
                try (var response = server.open(rootfs);
                        var body = new CountedBody(response.body(), "rootfs", rootfs.size(), progress)) {
                    upload.rootfs(body, name(rootfs));
                }
            }
        } catch (IOException e) {
            throw failure(remote, e);
        }
    }

    private static String name(StreamFile file) {
        return file.path().substring(file.path().lastIndexOf('/') + 1);
    }

    /// By alias (`22.04`, or `22.04/arm64` for another architecture), or by the beginning of a fingerprint.
    private static StreamImage find(StreamServer server, ImageQuery.Remote remote) throws IOException {
        String wanted = remote.alias().isEmpty() ? "default" : remote.alias();
        String here = Architecture.host().debianName();
        StreamImage found = null;
        for (var image : server.images()) {
            if (!image.container()) {
                continue;
            }
            boolean named =
                    image.aliases().contains(wanted) && image.architecture().equals(here);
            for (int i = 0; !named && i < image.aliases().size(); i++) {
                named = wanted.equals(image.aliases().get(i) + "/" + image.architecture());
            }
            named |= wanted.length() >= 12 && image.fingerprint().startsWith(wanted);
            if (named && (found == null || image.serial().compareTo(found.serial()) > 0)) {
                found = image;
            }
        }
        if (found == null) {
            throw new Problem.NotFound(
                            "The requested image couldn't be found",
                            "image server " + Problem.printable(remote.server()) + " has no container image \""
                                    + Problem.printable(wanted) + "\" for " + here,
                            "\"lxc image list REMOTE:\" shows what it has")
                    .exception();
        }
        return found;
    }

    private StreamServer server(ImageQuery.Remote remote) throws IOException {
        try {
            var pinned = RemoteServer.pinned(remote);
            return new StreamServer(RemoteServer.address(remote, ADDRESS), pinned, userAgent);
        } catch (GeneralSecurityException e) {
            throw failure(remote, e);
        }
    }

    private static ProblemException failure(ImageQuery.Remote remote, Exception e) {
        return new Problem.Failed(
                        "image \"" + Problem.printable(remote.alias()) + "\" not fetched from "
                                + Problem.printable(remote.server()),
                        Problem.printable(String.valueOf(e.getMessage())),
                        "check that this host reaches the server and trusts its certificate")
                .exception(e);
    }
}
