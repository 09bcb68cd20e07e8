package io.lightvisor.daemon.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the route of a path, segment by segment, on the path as it came: still percent-encoded, nothing cleaned. So an
/// alias `debian%2F12` is one segment, and `//`, `/./` and a slash at the end are unknown paths.
public final class Router {
    private final Node root = new Node();

    /// A router over these routes. Throws [IllegalArgumentException] if two share method and pattern.
    public Router(List<Route> routes) {
        for (Route route : routes) {
            add(route);
        }
    }

    /// What a path leads to.
    ///
    /// @param byMethod  the routes of the path; `HEAD` is not implied by `GET`
    /// @param variables the encoded segments that variables took, in the order of the pattern
    record Match(Map<String, Route> byMethod, List<String> variables) {}

    private void add(Route route) {
        Node node = root;
        for (String segment : split(route.pattern())) {
            if (segment.endsWith("*}")) {
                node = node.rest == null ? node.rest = new Node() : node.rest;
            } else if (segment.startsWith("{")) {
                node = node.variable == null ? node.variable = new Node() : node.variable;
            } else {
                node = node.children.computeIfAbsent(segment, _ -> new Node());
            }
        }
        if (node.byMethod.put(route.method(), route) != null) {
            throw new IllegalArgumentException("two routes for " + route.method() + " " + route.pattern());
        }
    }

    private static List<String> split(String path) {
        var segments = new ArrayList<String>();
        int from = 1;
        while (true) {
            int to = path.indexOf('/', from);
            if (to < 0) {
                segments.add(path.substring(from));
                return segments;
            }
            segments.add(path.substring(from, to));
            from = to + 1;
        }
    }

    /// The routes of an encoded path, or null.
    @Nullable
    Match match(String path) {
        if (path.isEmpty() || path.charAt(0) != '/') {
            return null;
        }
        return match(root, path, 1, null);
    }

    private static @Nullable Match match(Node node, String path, int from, @Nullable Taken taken) {
        int slash = path.indexOf('/', from);
        int to = slash < 0 ? path.length() : slash;
        String segment = path.substring(from, to);
        Node child = node.children.get(segment);
        if (child != null) {
            Match found = descend(child, path, slash, taken);
            if (found != null) {
                return found;
            }
        }
        if (node.variable != null && to > from) {
            Match found = descend(node.variable, path, slash, new Taken(taken, segment));
            if (found != null) {
                return found;
            }
        }
        if (node.rest != null && path.length() > from) {
            return node.rest.found(new Taken(taken, path.substring(from)));
        }
        return null;
    }

    private static @Nullable Match descend(Node node, String path, int slash, @Nullable Taken taken) {
        return slash < 0 ? node.found(taken) : match(node, path, slash + 1, taken);
    }

    /// The variables so far, last first: most paths have one, so a list is made only once a path matched.
    private record Taken(@Nullable Taken before, String segment) {}

    private static final class Node {
        final Map<String, Node> children = new HashMap<>();

        @Nullable
        Node variable;

        @Nullable
        Node rest;

        final Map<String, Route> byMethod = new HashMap<>();

        @Nullable
        Match found(@Nullable Taken taken) {
            if (byMethod.isEmpty()) {
                return null;
            }
            if (taken == null) {
                return new Match(byMethod, List.of());
            }
            if (taken.before() == null) {
                return new Match(byMethod, List.of(taken.segment()));
            }
            var variables = new ArrayList<String>();
            for (Taken t = taken; t != null; t = t.before()) {
                variables.addFirst(t.segment());
            }
            return new Match(byMethod, variables);
        }
    }
}
