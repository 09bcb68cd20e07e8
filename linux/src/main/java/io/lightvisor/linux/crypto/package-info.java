/// Hashes by the processor's own instructions, where a library of the host offers them.
@NullMarked
package io.lightvisor.linux.crypto;

import org.jspecify.annotations.NullMarked;
