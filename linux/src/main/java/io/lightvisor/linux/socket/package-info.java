/// Unix sockets and pipes: unix(7), pipe(7). Descriptors travel in messages, and the other side is who the
/// kernel says.
@NullMarked
package io.lightvisor.linux.socket;

import org.jspecify.annotations.NullMarked;
