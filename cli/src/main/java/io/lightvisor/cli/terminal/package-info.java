/// What needs the operating system: terminals, signals, sockets, the editor.
@NullMarked
package io.lightvisor.cli.terminal;

import org.jspecify.annotations.NullMarked;
