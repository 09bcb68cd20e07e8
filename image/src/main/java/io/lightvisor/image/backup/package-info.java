/// Archives of instances in the layout of LXD's backups:
///
///     backup/index.yaml                   what is in it, and the records
///     backup/snapshots/NAME/...           each snapshot: as below
///     backup/container/backup.yaml        the records once more, as they lie beside the instance
///     backup/container/metadata.yaml
///     backup/container/templates/...
///     backup/container/rootfs/...
@NullMarked
package io.lightvisor.image.backup;

import org.jspecify.annotations.NullMarked;
