package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import java.util.ArrayList;
import java.util.List;

/// The images that a server of ours builds itself: remotes `debian:` and `busybox:`.
final class BuiltImages {
    private static final String[][] DEBIAN = {{"12", "bookworm"}, {"13", "trixie"}};

    private BuiltImages() {}

    static List<JsonObject> list(String kind) {
        ArrayList<JsonObject> images = new ArrayList<>();
        if (kind.equals("debian")) {
            for (String[] release : DEBIAN) {
                images.add(image("Debian " + release[0] + " " + release[1] + ", built by the server", release));
            }
        } else if (kind.equals("busybox")) {
            images.add(image("A tiny system of busybox, built by the server", "latest"));
        }
        return images;
    }

    private static JsonObject image(String description, String... names) {
        ArrayList<JsonObject> aliases = new ArrayList<>();
        for (String name : names) {
            aliases.add(new JsonObject().put("name", name).put("description", ""));
        }
        return new JsonObject()
                .put("properties", new JsonObject().put("description", description))
                .put("public", true)
                .put("aliases", aliases)
                .put("architecture", "")
                .put("fingerprint", "")
                .put("size", 0L)
                .put("type", "container");
    }
}
