/// The flat list of steps that the launcher interprets. Format and meaning of each step: `src/main/c/plan.h`.
@NullMarked
package io.lightvisor.container.plan;

import org.jspecify.annotations.NullMarked;
