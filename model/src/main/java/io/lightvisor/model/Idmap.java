package io.lightvisor.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// How ids of a container lie in the host's: user_namespaces(7). An empty map means that ids are the host's own (a
/// privileged container).
public record Idmap(List<Entry> entries) {
    /// No mapping: the ids inside are the host's.
    public static final Idmap HOST = new Idmap(List.of());

    public Idmap {
        entries = List.copyOf(entries);
    }

    /// `count` ids from `inside` on are `host`, `host + 1`, ... outside.
    public record Entry(Kind kind, long inside, long host, long count) {
        public Entry {
            if (inside < 0 || host < 0 || count <= 0 || inside + count > 0xFFFFFFFFL || host + count > 0xFFFFFFFFL) {
                throw Problem.badValue("id map", inside + " " + host + " " + count, "ids lie between 0 and 4294967294")
                        .exception();
            }
        }
    }

    /// Which ids an entry maps.
    public enum Kind {
        UID,
        GID
    }

    /// One range for users and groups alike.
    public static Idmap of(long host, long count) {
        return new Idmap(List.of(new Entry(Kind.UID, 0, host, count), new Entry(Kind.GID, 0, host, count)));
    }

    /// This map with ids mapped by hand (`raw.idmap`) put in; what had those ids inside is split around them:
    /// `1000000:0:65536` with "both 1000 500" gives `1000000:0:500`, `1000:500:1`, `1000501:501:65035`.
    /// Source: user_namespaces(7), "Defining user and group ID mappings".
    ///
    /// @throws ProblemException if an id of the host would be mapped twice
    public Idmap with(List<Entry> byHand) {
        var all = new ArrayList<>(entries);
        for (var entry : byHand) {
            put(all, entry);
        }
        all.sort(Comparator.comparing(Entry::kind).thenComparingLong(Entry::inside));
        return new Idmap(all);
    }

    private static void put(List<Entry> all, Entry wanted) {
        long end = wanted.inside + wanted.count;
        var kept = new ArrayList<Entry>();
        for (var e : all) {
            if (e.kind != wanted.kind) {
                kept.add(e);
                continue;
            }
            long eEnd = e.inside + e.count;
            if (e.inside < Math.min(eEnd, wanted.inside)) {
                kept.add(new Entry(e.kind, e.inside, e.host, Math.min(eEnd, wanted.inside) - e.inside));
            }
            if (Math.max(e.inside, end) < eEnd) {
                long from = Math.max(e.inside, end);
                kept.add(new Entry(e.kind, from, e.host + from - e.inside, eEnd - from));
            }
        }
        for (var e : kept) {
            if (e.kind == wanted.kind && e.host < wanted.host + wanted.count && wanted.host < e.host + e.count) {
                throw new Problem.BadRequest(
                                "Host id is in the range of subids",
                                "raw.idmap maps the host's id " + Math.max(e.host, wanted.host)
                                        + ", which the container has already",
                                "choose ids outside " + e.host + " to " + (e.host + e.count - 1))
                        .exception();
            }
        }
        kept.add(wanted);
        all.clear();
        all.addAll(kept);
    }

    /// Whether a user namespace is needed.
    public boolean isMapped() {
        return !entries.isEmpty();
    }

    /// Whether files need no other owners for it: every id that it has is the same outside.
    public boolean isIdentity() {
        for (var e : entries) {
            if (e.inside() != e.host()) {
                return false;
            }
        }
        return true;
    }

    /// The host's id of an id inside, or -1 if it is not mapped.
    public long toHost(Kind kind, long inside) {
        if (entries.isEmpty()) {
            return inside;
        }
        for (var e : entries) {
            if (e.kind() == kind && inside >= e.inside() && inside < e.inside() + e.count()) {
                return e.host() + inside - e.inside();
            }
        }
        return -1;
    }

    /// The id inside of a host's id, or -1 if it is not mapped.
    public long toInside(Kind kind, long host) {
        if (entries.isEmpty()) {
            return host;
        }
        for (var e : entries) {
            if (e.kind() == kind && host >= e.host() && host < e.host() + e.count()) {
                return e.inside() + host - e.host();
            }
        }
        return -1;
    }

    /// The lines for `/proc/PID/uid_map` or `gid_map`: "inside host count".
    public String mapFile(Kind kind) {
        var out = new StringBuilder();
        for (var e : entries) {
            if (e.kind() == kind) {
                out.append(e.inside())
                        .append(' ')
                        .append(e.host())
                        .append(' ')
                        .append(e.count())
                        .append('\n');
            }
        }
        return out.toString();
    }
}
