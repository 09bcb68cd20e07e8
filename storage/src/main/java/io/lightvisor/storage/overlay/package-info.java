/// Roots as layers of the kernel's overlay file system: an instance is one empty folder above the image's content, so
/// it is made in the same time whatever the image's size.
@NullMarked
package io.lightvisor.storage.overlay;

import org.jspecify.annotations.NullMarked;
