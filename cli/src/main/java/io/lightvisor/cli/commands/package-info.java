/// The commands, one family a file.
@NullMarked
package io.lightvisor.cli.commands;

import org.jspecify.annotations.NullMarked;
