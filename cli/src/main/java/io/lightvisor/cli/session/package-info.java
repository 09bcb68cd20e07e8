/// One run of the command: its settings, its output, its connections, and what every command needs of them.
@NullMarked
package io.lightvisor.cli.session;

import org.jspecify.annotations.NullMarked;
