package io.lightvisor.engine.instance;

import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Idmap;

/// Which ids of the host a container's are: all unprivileged containers share the host's range, as LXD does
/// without
/// `security.idmap.isolated`.
final class IdmapPlanner {
    private IdmapPlanner() {}

    static Idmap plan(ExpandedInstance instance, HostIds host) {
        return instance.flag("security.privileged", false) ? Idmap.HOST : host.idmap();
    }

    /// The JSON that LXD keeps in `volatile.idmap.*`.
    static String json(Idmap map) {
        var out = new StringBuilder("[");
        for (var e : map.entries()) {
            out.append(out.length() > 1 ? "," : "")
                    .append("{\"Isuid\":")
                    .append(e.kind() == Idmap.Kind.UID)
                    .append(",\"Isgid\":")
                    .append(e.kind() == Idmap.Kind.GID)
                    .append(",\"Hostid\":")
                    .append(e.host())
                    .append(",\"Nsid\":")
                    .append(e.inside())
                    .append(",\"Maprange\":")
                    .append(e.count())
                    .append('}');
        }
        return out.append(']').toString();
    }
}
