/// Work that outlives its request: operations, their order per instance, their progress and their end.
@NullMarked
package io.lightvisor.engine.operation;

import org.jspecify.annotations.NullMarked;
