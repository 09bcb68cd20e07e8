/// Images built on this host, so that no image server is needed: Debian from the host's own package mirror, and a tiny
/// system from the host's busybox.
///
/// To add a system: a class that implements `Recipe`, named in [io.lightvisor.image.bootstrap.Bootstrap].
@NullMarked
package io.lightvisor.image.bootstrap;

import org.jspecify.annotations.NullMarked;
