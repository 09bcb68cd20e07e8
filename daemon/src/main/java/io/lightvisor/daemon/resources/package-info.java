/// The host's hardware as `/1.0/resources` shows it, read from /proc and /sys when asked.
@NullMarked
package io.lightvisor.daemon.resources;

import org.jspecify.annotations.NullMarked;
