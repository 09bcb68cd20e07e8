package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.api.http.HttpResponse;
import io.lightvisor.cli.out.Table;
import io.lightvisor.cli.out.YamlText;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Edits;
import io.lightvisor.cli.session.Lists;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.terminal.Editor;
import io.lightvisor.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// `lxc config metadata` and `lxc config template`: what an instance keeps of its image.
final class InstanceMetadata {
    private static final int LARGEST = 16 * 1024 * 1024;

    Spec metadata() {
        return Spec.group(
                "metadata",
                "Manage the image metadata of instances",
                Spec.leaf("edit", "[<remote>:]<instance>", 1, 1, "Edit the metadata as YAML"),
                Spec.leaf("show", "[<remote>:]<instance>", 1, 1, "Print the metadata as YAML"));
    }

    Spec template() {
        return Spec.group(
                "template",
                "Manage the file templates of instances",
                Spec.leaf("create", "[<remote>:]<instance> <template>", 2, 2, "Create an empty template"),
                Spec.leaf("delete", "[<remote>:]<instance> <template>", 2, 2, "Delete a template")
                        .alias("rm"),
                Spec.leaf("edit", "[<remote>:]<instance> <template>", 2, 2, "Edit a template"),
                Spec.leaf("list", "[<remote>:]<instance>", 1, 1, "List the templates")
                        .alias("ls")
                        .format(),
                Spec.leaf("show", "[<remote>:]<instance> <template>", 2, 2, "Print a template"));
    }

    int run(Invocation in, Session session) throws IOException, ApiException, CliException, InterruptedException {
        Place place = session.place(in.arg(0));
        ApiClient api = place.api();
        String path = "/1.0/instances/" + place.segment() + "/metadata";
        if (in.spec().key().startsWith("config metadata")) {
            JsonObject now = api.get(path);
            if (now.get("templates") == null) {
                now.put("templates", new JsonObject());
            }
            if (in.name().equals("show")) {
                session.out().print(YamlText.of(now));
                return 0;
            }
            new Edits() {
                @Override
                protected void save(JsonObject edited) throws IOException, ApiException {
                    api.call("PUT", path, edited);
                }
            }.run(session, now, "The metadata of an instance, as in the metadata.yaml of its image.");
            return 0;
        }
        template(in, session, api, path + "/templates");
        return 0;
    }

    private static void template(Invocation in, Session session, ApiClient api, String path)
            throws IOException, ApiException, CliException, InterruptedException {
        String file = path + "?path=" + ApiClient.segment(in.argOrEmpty(1));
        switch (in.name()) {
            case "create" -> put(api, file, new byte[0]);
            case "delete" -> api.call("DELETE", file, null);
            case "show" -> session.out().print(new String(content(api, file), StandardCharsets.UTF_8));
            case "edit" -> {
                String now = new String(content(api, file), StandardCharsets.UTF_8);
                String edited = Terminal.isInput() ? Editor.edit(now, ".template") : Terminal.inputText();
                put(api, file, edited.getBytes(StandardCharsets.UTF_8));
            }
            default -> {
                Table table = new Table("FILENAME");
                Object names = api.call("GET", path, null).metadata();
                for (String name : strings(names)) {
                    table.add(name);
                }
                Lists.print(session, in.text("format"), table, names);
            }
        }
    }

    private static java.util.List<String> strings(@Nullable Object list) {
        return new JsonObject().put("list", list).texts("list");
    }

    private static void put(ApiClient api, String path, byte[] content) throws IOException, ApiException {
        api.send(api.request("POST", path)
                .header("Content-Type", "application/octet-stream")
                .body(content));
    }

    private static byte[] content(ApiClient api, String path) throws IOException, ApiException {
        try (HttpResponse response = api.open(api.request("GET", path))) {
            byte[] bytes = response.bytes(LARGEST);
            return bytes;
        }
    }
}
