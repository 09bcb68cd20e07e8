package io.lightvisor.api.streams;

/// One file of an image on its server.
///
/// @param path   below the server's address
/// @param size   bytes
/// @param sha256 of its content, in hexadecimal; empty if the server does not tell
public record StreamFile(String path, long size, String sha256) {}
