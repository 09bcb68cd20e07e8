package io.lightvisor.image;

import java.nio.file.Path;

/// One file of an image on its way out.
///
/// @param name     of the part in a multipart answer: `metadata` or `rootfs` (`rootfs.img` for a virtual machine)
/// @param filename to offer: `FINGERPRINT.tar.gz`, `meta-FINGERPRINT.tar.xz`
/// @param size     bytes
public record ImagePart(String name, String filename, Path file, long size) {}
