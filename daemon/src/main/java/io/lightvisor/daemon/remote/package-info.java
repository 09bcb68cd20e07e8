/// The daemon as a client of other servers.
@NullMarked
package io.lightvisor.daemon.remote;

import org.jspecify.annotations.NullMarked;
