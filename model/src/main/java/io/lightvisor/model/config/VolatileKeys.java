package io.lightvisor.model.config;

import io.lightvisor.model.Problem;
import java.util.Map;

/// What a user may do to the keys that the server keeps about an instance. LXD lets all of them be set, and all but a
/// few be removed; clients that replace an instance's config (PUT) hand back what they read.
public final class VolatileKeys {
    /// Without these the owners of the instance's files are not known any more.
    private static final String[] IDMAP = {"volatile.idmap.base", "volatile.idmap.next", "volatile.last_state.idmap"};

    private VolatileKeys() {}

    /// Refuses to replace `before` by a config without its id map. A PATCH is not checked, as in LXD.
    ///
    /// @throws io.lightvisor.model.ProblemException `BadRequest` in LXD's words
    public static void requireIdmapKept(Map<String, String> before, Map<String, String> after) {
        for (String key : IDMAP) {
            if (!before.getOrDefault(key, "").isEmpty()
                    && after.getOrDefault(key, "").isEmpty()) {
                throw Problem.badRequest("Volatile idmap keys can't be deleted by the user")
                        .exception();
            }
        }
    }
}
