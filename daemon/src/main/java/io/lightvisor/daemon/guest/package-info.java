/// What a container meets at `/dev/lxd/sock`. Whoever speaks here may be hostile: nothing of the daemon's
/// own server is used, and everything has a bound per container.
@org.jspecify.annotations.NullMarked
package io.lightvisor.daemon.guest;
