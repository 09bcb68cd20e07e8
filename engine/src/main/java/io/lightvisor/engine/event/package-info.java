/// What happens, told to whoever listens.
@NullMarked
package io.lightvisor.engine.event;

import org.jspecify.annotations.NullMarked;
