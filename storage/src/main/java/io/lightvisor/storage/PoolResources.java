package io.lightvisor.storage;

/// Space and inodes of the file system below a pool. Sizes in bytes.
///
/// @param spaceFree what may still be written by the host's root
public record PoolResources(long spaceTotal, long spaceUsed, long spaceFree, long inodesTotal, long inodesUsed) {}
