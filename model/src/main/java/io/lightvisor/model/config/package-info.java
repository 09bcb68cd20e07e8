/// The one declared schema of all config keys: what a key is called, what it may hold, what it means when unset,
/// whether
/// a change reaches what runs, and one sentence for people. Checking, documentation and the metadata of the API come
/// from the same tables: [InstanceKeys], [ServerKeys], [ProjectKeys].
///
/// To add a key: one line in its table, one row in the table's test, and the code that reads it.
@NullMarked
package io.lightvisor.model.config;

import org.jspecify.annotations.NullMarked;
