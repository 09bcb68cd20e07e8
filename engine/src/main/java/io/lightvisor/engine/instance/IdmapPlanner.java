package io.lightvisor.engine.instance;

import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Idmap;
import io.lightvisor.model.Problem;
import io.lightvisor.model.config.RawIdmap;
import io.lightvisor.store.Facts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Which ids of the host a container's are. Unprivileged containers share the host's range, except for those with
/// `security.idmap.isolated`: each has a part of its own behind the first 65536 ids of the range. Where it lies is kept
/// in `volatile.idmap.base`, so that it stays the same from start to start.
final class IdmapPlanner {
    /// Ids of an isolated container without `security.idmap.size`; enough for a distribution.
    private static final long ISOLATED_SIZE = 65536;

    private IdmapPlanner() {}

    /// @param base first id of the host, for an isolated container; otherwise 0
    record Planned(Idmap map, long base) {
        Map<String, String> keys() {
            return Map.of(Volatile.NEXT_IDMAP, json(map), Volatile.IDMAP_BASE, Long.toString(base));
        }
    }

    /// A range of the host's ids.
    private record Range(long first, long count) {
        boolean meets(Range other) {
            return first < other.first + other.count && other.first < first + count;
        }
    }

    /// @throws io.lightvisor.model.ProblemException if there is no room, or an id would be mapped twice
    static Planned plan(Facts facts, ExpandedInstance instance, HostIds host) {
        if (instance.flag("security.privileged", false)) {
            return new Planned(Idmap.HOST, 0);
        }
        var byHand = RawIdmap.parse(instance.config("raw.idmap", ""));
        if (!instance.flag("security.idmap.isolated", false)) {
            return new Planned(
                    byHand.lines().isEmpty() ? host.idmap() : host.idmap().with(byHand.entries()), 0);
        }
        if (host.first() == 0) {
            throw new Problem.BadRequest(
                            "security.idmap.isolated cannot be had here",
                            "a server that is itself in a container cannot give others' ids to files",
                            "unset the key")
                    .exception();
        }
        long size = size(instance);
        long base = base(facts, instance, host, size);
        return new Planned(Idmap.of(base, size).with(byHand.entries()), base);
    }

    private static long size(ExpandedInstance instance) {
        String size = instance.config("security.idmap.size", "");
        return size.isEmpty() || size.equals("auto") ? ISOLATED_SIZE : Long.parseLong(size);
    }

    private static long base(Facts facts, ExpandedInstance instance, HostIds host, long size) {
        String chosen = instance.config("security.idmap.base", "");
        if (!chosen.isEmpty()) {
            return Long.parseLong(chosen);
        }
        long from = host.first() + ISOLATED_SIZE;
        long end = host.first() + host.count();
        var taken = taken(facts, instance);
        long kept = number(instance.config(Volatile.IDMAP_BASE, "0"));
        if (kept >= from && kept + size <= end && isFree(taken, new Range(kept, size))) {
            return kept;
        }
        long at = from;
        for (var range : taken) {
            if (new Range(at, size).meets(range)) {
                at = range.first + range.count;
            }
        }
        if (at + size > end) {
            throw new Problem.BadRequest(
                            "Not enough uid/gid available for the container",
                            size + " ids are wanted, and of " + host.count() + " from " + host.first()
                                    + " on so many are not left in one piece",
                            "choose a smaller security.idmap.size, or give root more in /etc/subuid and /etc/subgid")
                    .exception();
        }
        return at;
    }

    private static boolean isFree(List<Range> taken, Range wanted) {
        return taken.stream().noneMatch(wanted::meets);
    }

    /// What other isolated containers have, in order.
    private static List<Range> taken(Facts facts, ExpandedInstance instance) {
        var found = new ArrayList<Range>();
        for (var other : facts.instances()) {
            long base = number(other.config().getOrDefault(Volatile.IDMAP_BASE, "0"));
            if (base > 0 && other.id() != instance.instance().id()) {
                var expanded = InstancePlanner.expanded(facts, other);
                if (expanded.flag("security.idmap.isolated", false)) {
                    found.add(new Range(base, size(expanded)));
                }
            }
        }
        found.sort(Comparator.comparingLong(Range::first));
        return found;
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0; // as good as none: a new one is found
        }
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
