package io.lightvisor.linux.fs;

import io.lightvisor.linux.FileStat;
import java.util.Optional;

/// One name in a directory.
///
/// @param type what it is, if the file system tells without looking at the file itself
public record DirEntry(String name, long inode, Optional<FileStat.Type> type) {}
