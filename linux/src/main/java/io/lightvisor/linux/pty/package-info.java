/// Pseudo terminals: pty(7), termios(3), ioctl_tty(2).
@NullMarked
package io.lightvisor.linux.pty;

import org.jspecify.annotations.NullMarked;
