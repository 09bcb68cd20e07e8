/// Images: taken in, kept, unpacked, handed out and built.
///
///     upload -> ImageUpload -> StagedImage -> (record) -> images/FINGERPRINT [+ .rootfs]
///     images/FINGERPRINT -> Images.unpack -> metadata.yaml templates/ rootfs/   (a folder of a storage pool)
///     source tree -> ImagePacker -> unified tarball;   debian/12 -> Bootstrap -> tarball
///
/// Nothing that an image says is believed: sizes, names and links are checked while it is read (see
/// [io.lightvisor.image.tar]), and whatever is refused leaves nothing behind.
@NullMarked
package io.lightvisor.image;

import org.jspecify.annotations.NullMarked;
