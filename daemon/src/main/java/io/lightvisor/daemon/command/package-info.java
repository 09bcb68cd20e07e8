/// What all sub-commands of `lxd` share: flags, places, the way to the daemon.
@NullMarked
package io.lightvisor.daemon.command;

import org.jspecify.annotations.NullMarked;
