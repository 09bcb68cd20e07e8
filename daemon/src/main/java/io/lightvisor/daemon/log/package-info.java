/// Where the daemon's `System.Logger` lines go: the standard error output, a file, and `logging` events.
@NullMarked
package io.lightvisor.daemon.log;

import org.jspecify.annotations.NullMarked;
