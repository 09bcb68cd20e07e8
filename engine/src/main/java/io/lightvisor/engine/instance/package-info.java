/// Instances: commands, planners that decide purely, flows that do.
@NullMarked
package io.lightvisor.engine.instance;

import org.jspecify.annotations.NullMarked;
