package io.lightvisor.image.template;

import java.util.Map;

/// What a template may know of its instance.
///
/// @param name         of the instance
/// @param architecture `x86_64`
/// @param ephemeral    goes when it stops
/// @param privileged   without a user namespace
/// @param config       expanded
/// @param devices      expanded, options by name
public record TemplateContext(
        String name,
        String architecture,
        boolean ephemeral,
        boolean privileged,
        Map<String, String> config,
        Map<String, Map<String, String>> devices) {
    public TemplateContext {
        config = Map.copyOf(config);
        devices = Map.copyOf(devices);
    }
}
