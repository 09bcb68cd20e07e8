package io.lightvisor.container;

/// Size of a terminal in characters. 0 by 0 leaves it as the kernel makes it.
public record WindowSize(int columns, int rows) {}
