/// Keeps model values and commits decisions on them.
///
///     caller --planner--> [Store#decide] --draft--> pending head --group--> journal (SQLite) --durable-->
/// [Store#facts]
///
/// All records live decoded in memory as immutable trees; reading never touches the disk. Planners run one after the
/// other against the newest state, and every commit that waits at the same moment shares one transaction and one fsync.
/// [SqliteStore] keeps its promises across kill -9; [MemoryStore] is its twin for tests.
@NullMarked
package io.lightvisor.store;

import org.jspecify.annotations.NullMarked;
