package io.lightvisor.container;

/// What a container uses now, from its cgroups.
///
/// @param cpuNanos     processor time since the start, in nanoseconds
/// @param memory       bytes, caches included
/// @param memoryPeak   highest so far, or 0 if the kernel does not tell
/// @param swap         bytes, or 0 if the kernel does not tell
/// @param swapPeak     highest so far, or 0
/// @param processes    processes and threads
public record Usage(long cpuNanos, long memory, long memoryPeak, long swap, long swapPeak, long processes) {}
