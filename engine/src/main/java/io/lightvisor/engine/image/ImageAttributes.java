package io.lightvisor.engine.image;

import io.lightvisor.model.ProfileName;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a new image shall be beside its content.
///
/// @param properties beside those of its metadata, which they override
/// @param aliases    names that shall point to it
/// @param profiles   empty: `default`
public record ImageAttributes(
        boolean isPublic,
        boolean autoUpdate,
        Map<String, String> properties,
        List<NewAlias> aliases,
        List<ProfileName> profiles) {
    /// Nothing special.
    public static final ImageAttributes NONE = new ImageAttributes(false, false, Map.of(), List.of(), List.of());

    public ImageAttributes {
        properties = Map.copyOf(properties);
        aliases = List.copyOf(aliases);
        profiles = List.copyOf(profiles);
    }

    /// The same, above other properties, which hold where these say nothing.
    ImageAttributes under(Map<String, String> others) {
        var all = new TreeMap<>(others);
        all.putAll(properties);
        return new ImageAttributes(isPublic, autoUpdate, all, aliases, profiles);
    }

    /// A name to be made with the image.
    public record NewAlias(String name, String description) {}
}
