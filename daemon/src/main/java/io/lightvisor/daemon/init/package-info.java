/// `lxd init`: the first configuration of a server.
@NullMarked
package io.lightvisor.daemon.init;

import org.jspecify.annotations.NullMarked;
