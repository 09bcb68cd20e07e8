/// System calls that a container may not make, as a program of the kernel's packet filter (seccomp(2)).
@NullMarked
package io.lightvisor.container.seccomp;

import org.jspecify.annotations.NullMarked;
