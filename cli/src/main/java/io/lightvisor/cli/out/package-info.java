/// How answers are printed: tables, CSV, YAML, units, times.
@NullMarked
package io.lightvisor.cli.out;

import org.jspecify.annotations.NullMarked;
