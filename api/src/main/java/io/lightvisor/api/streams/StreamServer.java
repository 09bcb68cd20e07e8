package io.lightvisor.api.streams;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.JsonTree;
import io.lightvisor.api.WireException;
import io.lightvisor.api.http.HttpClient;
import io.lightvisor.api.http.HttpException;
import io.lightvisor.api.http.HttpRequest;
import io.lightvisor.api.http.HttpResponse;
import io.lightvisor.api.http.TlsTransport;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A simplestreams server: `streams/v1/index.json` names files of products, each product has versions, each version
/// items (files). Only the newest version of a product is offered.
///
/// Source: the format as its servers publish it, <https://launchpad.net/simplestreams>.
public final class StreamServer implements Closeable {
    private static final int LARGEST = 256 * 1024 * 1024;
    private static final int HTTPS = 443;

    /// How the root comes, the best first: its item, and the item's field of the metadata that tells the fingerprint.
    private static final String[][] ROOTS = {
        {"squashfs", "combined_squashfs_sha256"},
        {"root.tar.xz", "combined_rootxz_sha256"},
        {"root.tar.xz", "combined_sha256"},
        {"disk-kvm.img", "combined_disk-kvm-img_sha256"},
        {"uefi1.img", "combined_uefi1-img_sha256"},
        {"disk1.img", "combined_disk1-img_sha256"},
    };

    private final URI base;
    private final HttpClient http;
    private final String userAgent;

    /// @param address   `https://HOST[:PORT][/PATH]`
    /// @param pinned    the server's certificate, if it is known by that and not by an authority
    /// @param userAgent image servers read it
    public StreamServer(URI address, @Nullable X509Certificate pinned, String userAgent)
            throws IOException, GeneralSecurityException {
        this.base = URI.create(address.toString().endsWith("/") ? address.toString() : address + "/");
        String host = base.getHost();
        if (!"https".equals(base.getScheme()) || host == null) {
            throw new HttpException("\"" + address + "\" is no address of the form https://HOST[:PORT][/PATH]");
        }
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        this.http = new HttpClient(TlsTransport.to(host, base.getPort() < 0 ? HTTPS : base.getPort(), null, pinned));
        this.userAgent = userAgent;
    }

    /// Everything that is offered.
    ///
    /// @throws IOException if the server does not answer, or what it answers is not the format
    public List<StreamImage> images() throws IOException {
        var images = new ArrayList<StreamImage>();
        JsonObject index = json("streams/v1/index.json").object("index");
        for (String name : index.keys()) {
            JsonObject entry = index.object(name);
            if (!entry.text("datatype").equals("image-downloads")
                    || entry.texts("products").isEmpty()) {
                continue;
            }
            JsonObject products = json(entry.text("path")).object("products");
            for (String product : products.keys()) {
                addNewest(images, products.object(product));
            }
        }
        return images;
    }

    /// Opens a file of an image.
    public HttpResponse open(StreamFile file) throws IOException {
        return get(file.path());
    }

    private JsonObject json(String path) throws IOException {
        try (HttpResponse response = get(path)) {
            return JsonTree.object(response.bytes(LARGEST));
        } catch (WireException e) {
            throw new HttpException(base.resolve(path) + " is no JSON: " + e.getMessage());
        }
    }

    private HttpResponse get(String path) throws IOException {
        URI url;
        try {
            url = base.resolve(path);
        } catch (IllegalArgumentException e) {
            throw new HttpException(base + " names a file that cannot be asked for: " + e.getMessage());
        }
        // A path may be absolute, and then name another server; the connection would still go to this one.
        if (!base.getRawAuthority().equals(url.getRawAuthority())) {
            throw new HttpException(base + " names a file of another server: " + url);
        }
        HttpResponse response = http.send(new HttpRequest("GET", url.getRawPath()).header("User-Agent", userAgent));
        if (response.status() != 200) {
            try (response) {
                throw new HttpException(url + ": the server answered " + response.status());
            }
        }
        return response;
    }

    private static void addNewest(List<StreamImage> images, JsonObject product) {
        JsonObject versions = product.object("versions");
        String newest = "";
        for (String version : versions.keys()) {
            if (version.compareTo(newest) > 0 && isSerial(version)) {
                newest = version;
            }
        }
        JsonObject version = versions.object(newest);
        JsonObject items = version.object("items");
        for (String name : items.keys()) {
            JsonObject item = items.object(name);
            switch (item.text("ftype")) {
                case "lxd_combined.tar.gz" ->
                    images.add(image(product, version, newest, item.text("sha256"), true, file(item), null));
                case "lxd.tar.xz", "incus.tar.xz" -> addSplit(images, product, version, newest, item);
                default -> {}
            }
        }
    }

    private static boolean isSerial(String version) {
        for (int i = 0; i < 8; i++) {
            if (i >= version.length() || version.charAt(i) < '0' || version.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /// One image of a container, by the best root there is, and one of a virtual machine.
    private static void addSplit(
            List<StreamImage> images, JsonObject product, JsonObject version, String serial, JsonObject metadata) {
        JsonObject items = version.object("items");
        boolean container = false;
        boolean machine = false;
        for (String[] kind : ROOTS) {
            boolean ofMachine = kind[0].endsWith(".img");
            String fingerprint = metadata.text(kind[1]);
            if (fingerprint.isEmpty() || (ofMachine ? machine : container)) {
                continue;
            }
            for (String name : items.keys()) {
                JsonObject root = items.object(name);
                if (root.text("ftype").equals(kind[0])) {
                    images.add(image(product, version, serial, fingerprint, !ofMachine, file(metadata), file(root)));
                    machine |= ofMachine;
                    container |= !ofMachine;
                    break;
                }
            }
        }
    }

    private static StreamFile file(JsonObject item) {
        return new StreamFile(item.text("path"), item.number("size"), item.text("sha256"));
    }

    private static StreamImage image(
            JsonObject product,
            JsonObject version,
            String serial,
            String fingerprint,
            boolean container,
            StreamFile metadata,
            @Nullable StreamFile rootfs) {
        return new StreamImage(
                List.of(product.text("aliases").split(",", -1)),
                product.text("arch"),
                product.text("os"),
                product.text("release"),
                product.text("release_title"),
                product.text("variant"),
                version.text("label"),
                serial,
                fingerprint,
                container,
                metadata,
                rootfs);
    }

    @Override
    public void close() {
        http.close();
    }
}
