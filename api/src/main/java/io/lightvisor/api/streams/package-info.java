/// Image servers of the simplestreams format: `images:`, `ubuntu:` and private ones.
@NullMarked
package io.lightvisor.api.streams;

import org.jspecify.annotations.NullMarked;
