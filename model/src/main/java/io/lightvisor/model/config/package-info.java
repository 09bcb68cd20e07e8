/// The one declared schema of all config keys.
@NullMarked
package io.lightvisor.model.config;

import org.jspecify.annotations.NullMarked;
