/// Planners (pure), flows of undoable steps, operations, per-instance order, events, supervision and
/// recovery at
/// start.
///
/// A command of checked values comes in; a planner decides on the store's facts; a flow does the steps on
/// the host,
/// each with its undo;
/// the facts are recorded and told as events. [Engine] is the facade that the daemon uses and the one place
/// where all
/// parts are wired.
@NullMarked
package io.lightvisor.engine;

import org.jspecify.annotations.NullMarked;
