package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.JsonTree;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.api.http.HttpHeaders;
import io.lightvisor.api.http.HttpRequest;
import io.lightvisor.api.http.HttpResponse;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.terminal.Editor;
import io.lightvisor.cli.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `lxc file`.
public final class FileCommand implements Command {
    /// How much of a file is moved at once.
    private static final int PART = 256 * 1024;

    /// A file up to here goes out together with the head of its request.
    private static final int SMALL = 128 * 1024;

    private static final int LARGEST_LISTING = 64 * 1024 * 1024;

    @Override
    public Spec spec() {
        String file = "[<remote>:]<instance>/<path>";
        return Spec.group(
                "file",
                "Move files into instances and out of them",
                Spec.leaf("delete", file + " [[<remote>:]<instance>/<path>...]", 1, -1, "Delete files in instances")
                        .alias("rm"),
                Spec.leaf("edit", file, 1, 1, "Edit a file of an instance"),
                Spec.leaf("mount", "[<remote>:]<instance>[/<path>] <target path>", 2, 2, "Mount files of an instance"),
                Spec.leaf(
                                "pull",
                                file + " [[<remote>:]<instance>/<path>...] <target path>",
                                2,
                                -1,
                                "Fetch files (- for standard output)")
                        .flag('p', "create-dirs", "Make the directories that are missing")
                        .flag('r', "recursive", "Whole directories"),
                Spec.leaf("push", "<source path>... " + file, 2, -1, "Send files (- for standard input)")
                        .flag('p', "create-dirs", "Make the directories that are missing")
                        .text(' ', "gid", "-1", "Their group id")
                        .text(' ', "mode", "", "Their mode, as 0644")
                        .flag('r', "recursive", "Whole directories")
                        .text(' ', "uid", "-1", "Their user id"));
    }

    @Override
    public int run(Invocation in, Session session)
            throws IOException, ApiException, CliException, InterruptedException {
        switch (in.name()) {
            case "mount" -> {
                return mount(session, in.arg(0), in.arg(1));
            }
            case "delete" -> {
                for (String arg : in.args()) {
                    Place place = inInstance(session, arg);
                    place.api().call("DELETE", url(place, "/" + place.part()), null);
                }
            }
            case "edit" -> edit(session, inInstance(session, in.arg(0)));
            case "pull" -> pull(in, session);
            default -> push(in, session);
        }
        return 0;
    }

    private static int mount(Session session, String source, String target)
            throws IOException, ApiException, CliException, InterruptedException {
        Place place = session.place(source);
        boolean whole = place.name().indexOf('/') < 0;
        String instance = whole ? place.name() : place.owner();
        return FileMount.run(
                instance,
                whole ? "/" : "/" + place.part(),
                Path.of(target),
                place.api().upgrade("/1.0/instances/" + ApiClient.segment(instance) + "/sftp", "sftp"));
    }

    private static Place inInstance(Session session, String text) throws IOException, CliException {
        Place place = session.place(text);
        if (place.name().indexOf('/') < 0) {
            throw new CliException("Invalid path " + text + ": write <instance>/<path>");
        }
        return place;
    }

    private static String url(Place place, String path) {
        return "/1.0/instances/" + ApiClient.segment(place.owner()) + "/files?path=" + ApiClient.segment(path);
    }

    private static void edit(Session session, Place place)
            throws IOException, ApiException, CliException, InterruptedException {
        ApiClient api = place.api();
        String path = "/" + place.part();
        String text;
        HttpHeaders headers;
        try (HttpResponse response = api.open(api.request("GET", url(place, path)))) {
            headers = response.headers();
            if (!headers.get("X-LXD-type").equals("file")) {
                throw new CliException(path + " is no file");
            }
            text = new String(response.bytes(LARGEST_LISTING), StandardCharsets.ISO_8859_1);
        }
        String edited = Terminal.isInput()
                ? new String(
                        Editor.edit(
                                        new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8),
                                        ".txt")
                                .getBytes(StandardCharsets.UTF_8),
                        StandardCharsets.ISO_8859_1)
                : new String(Terminal.inputText().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        byte[] bytes = edited.getBytes(StandardCharsets.ISO_8859_1);
        send(
                api,
                place,
                path,
                "file",
                new ByteArrayInputStream(bytes),
                headers.get("X-LXD-uid"),
                headers.get("X-LXD-gid"),
                headers.get("X-LXD-mode"));
    }

    private static void send(
            ApiClient api, Place place, String path, String type, InputStream body, String uid, String gid, String mode)
            throws IOException, ApiException {
        api.send(upload(api, place, path, type, uid, gid, mode).body(body, -1));
    }

    private static void send(
            ApiClient api, Place place, String path, String type, byte[] body, String uid, String gid, String mode)
            throws IOException, ApiException {
        api.send(upload(api, place, path, type, uid, gid, mode).body(body));
    }

    private static HttpRequest upload(
            ApiClient api, Place place, String path, String type, String uid, String gid, String mode) {
        HttpRequest request = api.request("POST", url(place, path))
                .header("Content-Type", "application/octet-stream")
                .header("X-LXD-type", type)
                .header("X-LXD-write", "overwrite");
        if (!uid.isEmpty()) {
            request.header("X-LXD-uid", uid);
        }
        if (!gid.isEmpty()) {
            request.header("X-LXD-gid", gid);
        }
        if (!mode.isEmpty()) {
            request.header("X-LXD-mode", mode);
        }
        return request;
    }

    private static void pull(Invocation in, Session session)
            throws IOException, ApiException, CliException, InterruptedException {
        String target = in.arg(in.count() - 1);
        List<String> sources = in.args().subList(0, in.count() - 1);
        boolean toFolder =
                target.endsWith("/") || in.has("recursive") || Files.isDirectory(Path.of(target)) || sources.size() > 1;
        if (sources.size() > 1 && !Files.isDirectory(Path.of(target)) && !in.has("create-dirs")) {
            throw new CliException("More than one file to download, but target is not a directory");
        }
        if (in.has("create-dirs") || toFolder) {
            Path folder = toFolder
                    ? Path.of(target)
                    : Path.of(target).toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
        }
        Workers workers = new Workers();
        for (String source : sources) {
            Place place = inInstance(session, source);
            String path = "/" + place.part();
            while (path.length() > 1 && path.endsWith("/")) {
                path = path.substring(0, path.length() - 1);
            }
            String name = path.substring(path.lastIndexOf('/') + 1);
            Path file = toFolder ? Path.of(target).resolve(name.isEmpty() ? "rootfs" : name) : Path.of(target);
            fetch(session, place, path, file, in.has("recursive"), target.equals("-"), workers);
        }
        workers.run();
    }

    /// Fetches one entry. Names come from inside the instance: one that would lead out of the folder is refused.
    private static void fetch(
            Session session, Place place, String path, Path file, boolean recursive, boolean toOutput, Workers workers)
            throws IOException, ApiException, CliException {
        ApiClient api = place.api();
        List<String> names = new ArrayList<>();
        try (HttpResponse response = api.open(api.request("GET", url(place, path)))) {
            String type = response.headers().get("X-LXD-type");
            if (type.equals("directory")) {
                if (!recursive) {
                    throw new CliException("Can't pull a directory without --recursive");
                }
                names = JsonTree.object(response.bytes(LARGEST_LISTING)).texts("metadata");
                Files.createDirectories(file);
            } else if (type.equals("symlink")) {
                byte[] link = response.bytes(64 * 1024);
                if (toOutput) {
                    session.out().write(link, 0, link.length);
                    return;
                }
                Files.deleteIfExists(file);
                Files.createSymbolicLink(file, Path.of(new String(link, StandardCharsets.UTF_8).trim()));
                return;
            } else if (toOutput) {
                byte[] buffer = new byte[128 * 1024];
                int n;
                while ((n = response.body().read(buffer, 0, buffer.length)) > 0) {
                    session.out().write(buffer, 0, n);
                }
                return;
            } else {
                save(response, file);
                mode(file, response.headers().get("X-LXD-mode"));
                return;
            }
        }
        for (String name : names) {
            if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
                throw new CliException("the instance names a file \"" + name + "\"; not fetched");
            }
            String child = (path.endsWith("/") ? path : path + "/") + name;
            Path childFile = file.resolve(name);
            workers.add(new Workers.Work() {
                @Override
                public void run() throws IOException, ApiException, CliException {
                    fetch(session, place, child, childFile, true, false, workers);
                }
            });
        }
    }

    private static void save(HttpResponse response, Path file) throws IOException {
        String length = response.headers().get("Content-Length");
        boolean small = !length.isEmpty() && length.length() < 6;
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] buffer = new byte[small ? Math.max(1, Integer.parseInt(length)) : PART];
            int n;
            while ((n = response.body().read(buffer, 0, buffer.length)) > 0) {
                out.write(buffer, 0, n);
            }
        }
    }

    private static void mode(Path file, String octal) throws IOException {
        try {
            int bits = Integer.parseInt(octal, 8) & 0777;
            Files.setAttribute(file, "unix:mode", bits, LinkOption.NOFOLLOW_LINKS);
        } catch (NumberFormatException | UnsupportedOperationException notTold) {
            // Then it has the mode of any new file.
        }
    }

    private static void push(Invocation in, Session session)
            throws IOException, ApiException, CliException, InterruptedException {
        Place place = inInstance(session, in.arg(in.count() - 1));
        List<String> sources = in.args().subList(0, in.count() - 1);
        String target = "/" + place.part();
        ApiClient api = place.api();
        boolean toFolder = target.endsWith("/")
                || in.has("recursive")
                || sources.size() > 1
                || (!sources.get(0).equals("-") && isFolder(api, place, target));
        if (in.has("create-dirs")) {
            String folder = toFolder ? target : target.substring(0, target.lastIndexOf('/') + 1);
            makeFolders(api, place, folder);
        }
        String uid = in.text("uid").equals("-1") ? "" : in.text("uid");
        String gid = in.text("gid").equals("-1") ? "" : in.text("gid");
        Workers workers = new Workers();
        for (String source : sources) {
            if (source.equals("-")) {
                send(
                        api,
                        place,
                        target,
                        "file",
                        Terminal.input(),
                        uid.isEmpty() ? "0" : uid,
                        gid.isEmpty() ? "0" : gid,
                        mode(in, "0644"));
                continue;
            }
            Path file = Path.of(source);
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new CliException("open " + source + ": no such file or directory");
            }
            Path name = file.toAbsolutePath().normalize().getFileName();
            String path = toFolder ? (target.endsWith("/") ? target : target + "/") + name : target;
            pushOne(in, api, place, file, path, uid, gid, workers);
        }
        workers.run();
    }

    private static String mode(Invocation in, String usual) {
        if (!in.has("mode")) {
            return usual;
        }
        // The server reads it as C does: without the leading zero it would be decimal.
        return in.text("mode").startsWith("0") ? in.text("mode") : "0" + in.text("mode");
    }

    private static boolean isFolder(ApiClient api, Place place, String path) throws IOException {
        try (HttpResponse response = api.open(api.request("HEAD", url(place, path)))) {
            return response.headers().get("X-LXD-type").equals("directory");
        } catch (ApiException absent) {
            return false;
        }
    }

    private static void makeFolders(ApiClient api, Place place, String folder) throws IOException, ApiException {
        int at = 1;
        while (at > 0 && at < folder.length()) {
            int end = folder.indexOf('/', at);
            String part = end < 0 ? folder : folder.substring(0, end);
            if (!isFolder(api, place, part)) {
                send(api, place, part, "directory", new byte[0], "0", "0", "0755");
            }
            at = end + 1;
        }
    }

    private static void pushOne(
            Invocation in, ApiClient api, Place place, Path file, String path, String uid, String gid, Workers workers)
            throws IOException, ApiException, CliException {
        var attributes = Files.readAttributes(file, "unix:uid,gid,mode,size", LinkOption.NOFOLLOW_LINKS);
        int type = ((Number) attributes.getOrDefault("mode", 0)).intValue() & 0170000;
        if (type == 0120000 && !in.has("recursive")) {
            attributes = Files.readAttributes(file, "unix:uid,gid,mode,size");
            type = ((Number) attributes.getOrDefault("mode", 0)).intValue() & 0170000;
        }
        String owner = uid.isEmpty() ? String.valueOf(attributes.get("uid")) : uid;
        String group = gid.isEmpty() ? String.valueOf(attributes.get("gid")) : gid;
        String own = "0" + Integer.toOctalString(((Number) attributes.getOrDefault("mode", 0644)).intValue() & 07777);
        switch (type) {
            case 0120000 -> {
                byte[] link = Files.readSymbolicLink(file).toString().getBytes(StandardCharsets.UTF_8);
                send(api, place, path, "symlink", link, owner, group, "");
            }
            case 0040000 -> {
                if (!in.has("recursive")) {
                    throw new CliException("Can't push a directory without --recursive");
                }
                send(api, place, path, "directory", new byte[0], owner, group, own);
                try (var children = Files.newDirectoryStream(file)) {
                    for (Path child : children) {
                        workers.add(new Workers.Work() {
                            @Override
                            public void run() throws IOException, ApiException, CliException {
                                pushOne(in, api, place, child, path + "/" + child.getFileName(), uid, gid, workers);
                            }
                        });
                    }
                }
            }
            case 0100000 -> {
                long size = ((Number) attributes.getOrDefault("size", Long.MAX_VALUE)).longValue();
                if (size <= SMALL) {
                    send(api, place, path, "file", Files.readAllBytes(file), owner, group, mode(in, own));
                } else {
                    try (InputStream body = Files.newInputStream(file)) {
                        send(api, place, path, "file", body, owner, group, mode(in, own));
                    }
                }
            }
            default -> throw new CliException(file + " is no file, directory or link; not sent");
        }
    }

    /// What an entry of an instance is; for completion of paths.
    static JsonObject listing(ApiClient api, Place place, String path) throws IOException, ApiException {
        try (HttpResponse response = api.open(api.request("GET", url(place, path)))) {
            return JsonTree.object(response.bytes(LARGEST_LISTING));
        }
    }
}
