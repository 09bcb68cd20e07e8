package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.api.http.HttpRequest;
import io.lightvisor.api.http.HttpResponse;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Operations;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.ProgressLine;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/// `lxc image import` and `lxc image export`.
final class ImageFiles {
    private static final String BOUNDARY = "lightvisor-image-7d1b2f0c5e9a4b63";
    private static final int LARGEST_BUFFER = 128 * 1024;

    private ImageFiles() {}

    static void read(Invocation in, Session session)
            throws IOException, ApiException, CliException, InterruptedException {
        Place place = session.remote("");
        ArrayList<String> files = new ArrayList<>();
        StringBuilder properties = new StringBuilder();
        for (int i = 0; i < in.count(); i++) {
            String word = in.arg(i);
            if (i > 0 && word.endsWith(":") && !Files.exists(Path.of(word))) {
                place = session.place(word);
            } else if (i > 0 && word.indexOf('=') > 0 && !Files.exists(Path.of(word))) {
                int equals = word.indexOf('=');
                properties.append(properties.length() == 0 ? "" : "&");
                properties.append(ApiClient.segment(word.substring(0, equals))).append('=');
                properties.append(ApiClient.segment(word.substring(equals + 1)));
            } else {
                files.add(word);
            }
        }
        ApiClient api = place.api();
        String first = files.get(0);
        JsonObject operation;
        if (first.startsWith("https://")) {
            JsonObject body = new JsonObject()
                    .put(
                            "source",
                            new JsonObject()
                                    .put("type", "url")
                                    .put("mode", "pull")
                                    .put("url", first))
                    .put("public", in.has("public"));
            operation = Operations.run(session, api, "POST", "/1.0/images", body, "Fetching the image");
        } else if (first.startsWith("http://")) {
            throw new CliException("Only https:// is supported for remote image import");
        } else {
            operation = upload(in, session, api, files, properties.toString());
        }
        String fingerprint = operation.object("metadata").text("fingerprint");
        ImageAliases.ensure(api, in.list("alias"), fingerprint);
        session.out().println("Image imported with fingerprint: " + fingerprint);
    }

    private static JsonObject upload(
            Invocation in, Session session, ApiClient api, List<String> files, String properties)
            throws IOException, ApiException, CliException, InterruptedException {
        for (String file : files) {
            if (!Files.exists(Path.of(file))) {
                throw new CliException("open " + file + ": no such file or directory");
            }
        }
        Path first = Path.of(files.get(0));
        HttpRequest request = api.request("POST", "/1.0/images");
        if (in.has("public")) {
            request.header("X-LXD-public", "true");
        }
        if (!properties.isEmpty()) {
            request.header("X-LXD-properties", properties);
        }
        if (Files.isDirectory(first)) {
            return uploadFolder(session, api, request, first);
        }
        if (files.size() == 1) {
            request.header("X-LXD-filename", name(first)).header("Content-Type", "application/octet-stream");
            try (InputStream body = Files.newInputStream(first)) {
                request.body(shown(session, body, Files.size(first)), -1);
                return Operations.run(session, api, request, "Importing the image");
            }
        }
        Path second = Path.of(files.get(1));
        request.header("X-LXD-filename", name(first))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY);
        boolean disk = isQcow2(second);
        try (InputStream meta = Files.newInputStream(first);
                InputStream root = Files.newInputStream(second)) {
            List<InputStream> parts = List.of(
                    text(part("metadata", name(first), true)),
                    meta,
                    text(part(disk ? "rootfs.img" : "rootfs", name(second), false)),
                    root,
                    text("\r\n--" + BOUNDARY + "--\r\n"));
            InputStream body = new SequenceInputStream(Collections.enumeration(parts));
            request.body(shown(session, body, Files.size(first) + Files.size(second)), -1);
            return Operations.run(session, api, request, "Importing the image");
        }
    }

    private static JsonObject uploadFolder(Session session, ApiClient api, HttpRequest request, Path folder)
            throws IOException, ApiException, CliException, InterruptedException {
        Process tar = new ProcessBuilder(
                        "tar",
                        "--create",
                        "--numeric-owner",
                        "--xattrs",
                        "--acls",
                        "--sort=name",
                        "--directory",
                        folder.toString(),
                        ".")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        request.header("X-LXD-filename", name(folder) + ".tar").header("Content-Type", "application/octet-stream");
        JsonObject operation;
        try (InputStream body = tar.getInputStream()) {
            request.body(body, -1);
            operation = Operations.run(session, api, request, "Importing the image");
        }
        if (tar.waitFor() != 0) {
            throw new CliException("tar could not read all of " + folder + "; the image may lack files");
        }
        return operation;
    }

    private static String name(Path file) {
        Path name = file.toAbsolutePath().normalize().getFileName();
        return name == null ? "image" : name.toString();
    }

    private static boolean isQcow2(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] magic = in.readNBytes(4);
            return magic.length == 4
                    && magic[0] == 'Q'
                    && magic[1] == 'F'
                    && magic[2] == 'I'
                    && magic[3] == (byte) 0xfb;
        }
    }

    private static String part(String name, String file, boolean first) {
        return (first ? "" : "\r\n") + "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name
                + "\"; filename=\"" + file.replace("\"", "_") + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The stream with its progress shown on a terminal.
    private static InputStream shown(Session session, InputStream in, long size) {
        if (session.isQuiet() || !Terminal.isOutput() || size == 0) {
            return in;
        }
        return new ShownStream(in, size, new ProgressLine(session.out(), "Transferring image"));
    }

    private static final class ShownStream extends InputStream {
        private final InputStream in;
        private final long size;
        private final ProgressLine line;
        private long done;
        private long told = -1;

        ShownStream(InputStream in, long size, ProgressLine line) {
            this.in = in;
            this.size = size;
            this.line = line;
        }

        @Override
        public int read() throws IOException {
            return in.read();
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int n = in.read(into, from, length);
            if (n < 0) {
                line.end();
                return n;
            }
            done += n;
            long percent = Math.min(100, done * 100 / size);
            if (percent != told) {
                told = percent;
                line.show(percent + "%");
            }
            return n;
        }
    }

    static void write(Invocation in, Session session) throws IOException, ApiException, CliException {
        Place place = session.place(in.arg(0));
        ApiClient api = place.api();
        String fingerprint = ImageSources.fingerprint(api, place.name());
        String target = in.argOrEmpty(1);
        HttpRequest request = api.request("GET", "/1.0/images/" + fingerprint + "/export");
        try (HttpResponse response = api.open(request)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String type = response.headers().get("Content-Type");
            if (type.startsWith("multipart/form-data")) {
                split(response.body(), boundary(type), target, fingerprint, digest);
            } else if (target.equals("-")) {
                copy(response.body(), session, digest);
            } else {
                String name = fileName(response.headers().get("Content-Disposition"));
                Path file = file(target, name.isEmpty() ? fingerprint : name, fingerprint, "");
                try (OutputStream out = Files.newOutputStream(file)) {
                    copy(response.body(), out, digest);
                }
            }
            String found = HexFormat.of().formatHex(digest.digest());
            if (!found.equals(fingerprint)) {
                throw new CliException("Image fingerprint doesn't match. Got " + found + " expected " + fingerprint);
            }
        } catch (NoSuchAlgorithmException impossible) {
            throw new CliException("this Java runtime has no SHA-256");
        }
        if (!target.equals("-")) {
            session.out().println("Image exported successfully!");
        }
    }

    /// Where a part goes: into the folder `target`; or to `target` with the extension of `name`.
    private static Path file(String target, String name, String fingerprint, String suffix) {
        if (target.isEmpty() || Files.isDirectory(Path.of(target))) {
            return Path.of(target.isEmpty() ? "." : target).resolve(name);
        }
        String bare = name.startsWith("meta-") ? name.substring(5) : name;
        String extension = bare.startsWith(fingerprint) ? bare.substring(fingerprint.length()) : extension(bare);
        return Path.of(target + suffix + (target.endsWith(extension) ? "" : extension));
    }

    private static String extension(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? "" : name.substring(dot);
    }

    private static void split(
            InputStream body, String boundary, String target, String fingerprint, MessageDigest digest)
            throws IOException, CliException {
        if (target.equals("-")) {
            throw new CliException("Image has two files; they cannot both go to standard output");
        }
        MultipartStream parts = new MultipartStream(body, boundary);
        while (parts.next()) {
            String name = fileName(parts.disposition());
            // A name that leads elsewhere is not followed: only its last part counts.
            Path last = Path.of(name.isEmpty() ? fingerprint : name).getFileName();
            boolean meta = name.startsWith("meta-");
            Path file = file(target, last == null ? fingerprint : last.toString(), fingerprint, meta ? "" : ".root");
            try (OutputStream out = Files.newOutputStream(file)) {
                copy(parts, out, digest);
            }
        }
    }

    private static String boundary(String type) throws CliException {
        int at = type.indexOf("boundary=");
        if (at < 0) {
            throw new CliException("the server sent parts without a boundary");
        }
        String boundary = type.substring(at + 9).trim();
        return boundary.startsWith("\"") ? boundary.substring(1, boundary.indexOf('"', 1)) : boundary;
    }

    private static String fileName(String disposition) {
        int at = disposition.indexOf("filename=");
        if (at < 0) {
            return "";
        }
        String name = disposition.substring(at + 9).trim();
        int end = name.indexOf(';');
        name = (end < 0 ? name : name.substring(0, end)).replace("\"", "");
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private static void copy(InputStream from, OutputStream to, MessageDigest digest) throws IOException {
        byte[] buffer = new byte[LARGEST_BUFFER];
        int n;
        while ((n = from.read(buffer, 0, buffer.length)) > 0) {
            digest.update(buffer, 0, n);
            to.write(buffer, 0, n);
        }
    }

    private static void copy(InputStream from, Session session, MessageDigest digest) throws IOException {
        byte[] buffer = new byte[LARGEST_BUFFER];
        int n;
        while ((n = from.read(buffer, 0, buffer.length)) > 0) {
            digest.update(buffer, 0, n);
            session.out().write(buffer, 0, n);
        }
    }
}
