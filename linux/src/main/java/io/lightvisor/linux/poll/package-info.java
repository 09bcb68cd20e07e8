/// Waiting for descriptors without holding a thread of the system.
///
///     Poller       one epoll(7), one platform thread; virtual threads park in it
///     FdInput      an InputStream over it
///     FdOutput     an OutputStream over it
@NullMarked
package io.lightvisor.linux.poll;

import org.jspecify.annotations.NullMarked;
