package io.lightvisor.model.device;

import java.util.Map;

/// Who owns a device node inside an instance.
///
/// @param uid  an id of the instance
/// @param gid  an id of the instance
/// @param mode permission bits
public record NodeOwner(long uid, long gid, int mode) {
    private static final int USUAL_MODE = 0660;

    static NodeOwner of(Map<String, String> options) {
        String mode = options.getOrDefault("mode", "");
        return new NodeOwner(
                id(options, "uid"), id(options, "gid"), mode.isEmpty() ? USUAL_MODE : Integer.parseInt(mode, 8));
    }

    private static long id(Map<String, String> options, String option) {
        String value = options.getOrDefault(option, "");
        return value.isEmpty() ? 0 : Long.parseLong(value);
    }
}
