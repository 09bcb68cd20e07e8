/// Volumes as plain folders: works everywhere, and copies an image's content for each instance.
@NullMarked
package io.lightvisor.storage.dir;

import org.jspecify.annotations.NullMarked;
