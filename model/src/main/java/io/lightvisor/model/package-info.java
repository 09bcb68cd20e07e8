/// The words of Lightvisor and their rules: names, units, ids, instance, image, profile, device, pool, network,
/// project, operation, problem, and the one declared schema of all config keys. No I/O.
@NullMarked
package io.lightvisor.model;

import org.jspecify.annotations.NullMarked;
