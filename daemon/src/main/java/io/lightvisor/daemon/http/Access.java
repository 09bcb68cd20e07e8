package io.lightvisor.daemon.http;

/// Who may call a route.
public enum Access {
    /// Local callers and those whose certificate is trusted; all others get 403.
    TRUSTED,
    /// Everyone; the handler looks at [Call#caller()] and shows a guest only what is public.
    GUEST
}
