/// The words of LXD's `backup.yaml` and of the index of its backups: what is known of an instance, beside its root file
/// system, so that it can be made again where the records are lost.
@NullMarked
package io.lightvisor.engine.backup;

import org.jspecify.annotations.NullMarked;
