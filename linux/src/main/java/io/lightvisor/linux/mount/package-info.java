/// Mounts by descriptor: made detached, prepared, then put into place, so that nobody sees a half-made one.
///
///     FsContext        a file system about to be made: fsopen(2), fsconfig(2), fsmount(2)
///     DetachedMount    a mount without a place: open_tree(2), mount_setattr(2), move_mount(2)
///     Mounts           the classic calls: mount(2), umount2(2)
///     MountInfo        what is mounted: /proc/PID/mountinfo
@NullMarked
package io.lightvisor.linux.mount;

import org.jspecify.annotations.NullMarked;
