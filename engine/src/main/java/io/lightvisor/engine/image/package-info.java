/// Images: import, build, refresh, export, aliases.
@NullMarked
package io.lightvisor.engine.image;

import org.jspecify.annotations.NullMarked;
