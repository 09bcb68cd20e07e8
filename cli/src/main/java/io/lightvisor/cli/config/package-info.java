/// The user's own settings: remotes, aliases, certificates.
@NullMarked
package io.lightvisor.cli.config;

import org.jspecify.annotations.NullMarked;
