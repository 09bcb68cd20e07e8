/// Reading tar archives that somebody else made: POSIX ustar and pax, GNU long names and sparse files, and taking them
/// apart without letting them reach anything outside the folder given.
///
///     TarReader      bytes -> entries, bounded
///     EntryName      a name -> a path below the archive's root, or a refusal
///     TarExtractor   entries -> files, by openat2(2) below an open folder
///
/// Source of the formats: tar(5) of libarchive, pax(1) of POSIX, "GNU tar internals, Sparse Formats".
@NullMarked
package io.lightvisor.image.tar;

import org.jspecify.annotations.NullMarked;
