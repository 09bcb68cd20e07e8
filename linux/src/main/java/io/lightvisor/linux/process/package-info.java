/// Processes: spawn them, hold them by pidfd, look at them in /proc, enter their namespaces.
@NullMarked
package io.lightvisor.linux.process;

import org.jspecify.annotations.NullMarked;
