/// The smaller nouns: profiles, projects, networks, storage pools, certificates, server configuration,
/// warnings.
@NullMarked
package io.lightvisor.engine.server;

import org.jspecify.annotations.NullMarked;
