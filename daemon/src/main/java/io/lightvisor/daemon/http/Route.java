package io.lightvisor.daemon.http;

/// One endpoint: a method on a path.
///
/// @param method  `GET`, `PUT`, `POST`, `PATCH`, `DELETE` or `HEAD`
/// @param pattern segments of a path; `{name}` takes one segment, and `{name*}` at the end the rest, slashes included
public record Route(String method, String pattern, Access access, Where where, Handler handler) {
    /// For trusted callers, may block.
    public static Route of(String method, String pattern, Handler handler) {
        return new Route(method, pattern, Access.TRUSTED, Where.VIRTUAL, handler);
    }

    /// For trusted callers, answered from memory.
    public static Route memory(String method, String pattern, Handler handler) {
        return new Route(method, pattern, Access.TRUSTED, Where.SELECTOR, handler);
    }

    /// This route, open to guests as well.
    public Route forGuests() {
        return new Route(method, pattern, Access.GUEST, where, handler);
    }
}
