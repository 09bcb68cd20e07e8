/// What a command looks like: its name, arguments, flags and help, declared once.
@NullMarked
package io.lightvisor.cli.spec;

import org.jspecify.annotations.NullMarked;
