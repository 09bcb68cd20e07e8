/// The process `lxd`: its command line, and the wiring of the daemon.
@NullMarked
package io.lightvisor.daemon;

import org.jspecify.annotations.NullMarked;
