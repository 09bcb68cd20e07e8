/// The endpoints of the API, one file each: JSON to a command of checked values, a value back to JSON. Rules live in
/// the
/// engine; what is here knows only the wire.
@NullMarked
package io.lightvisor.daemon.endpoint;

import org.jspecify.annotations.NullMarked;
