/// System calls of others that this process answers.
@NullMarked
package io.lightvisor.linux.seccomp;

import org.jspecify.annotations.NullMarked;
