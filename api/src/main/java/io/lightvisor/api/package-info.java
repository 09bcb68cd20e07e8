/// The wire of LXD 5.0: its requests and answers as records, and their JSON.
///
/// Every record has the keys, and the order of keys, that LXD sends. What each may hold is said at the record; what
/// all share is this:
///
/// - Keys are snake_case; unknown keys are ignored on reading.
/// - A `null` string, number or boolean is left out; a `null` map, list or object is written as `null`. Maps named
///   `config`, `devices` and `properties` are never null (LXD's client writes into them).
/// - Times are RFC 3339; a `null` [java.time.Instant] is the zero time `0001-01-01T00:00:00Z`, and is read from it.
/// - Records that are only read (`...Post`, `...Put`) keep absent values as `null`, because PATCH means "as it was" by
///   them.
@NullMarked
package io.lightvisor.api;

import org.jspecify.annotations.NullMarked;
