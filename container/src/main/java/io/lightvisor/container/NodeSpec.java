package io.lightvisor.container;

/// A device node that the container gets, with the right to use it.
///
/// @param path  absolute path inside, usually below `/dev`
/// @param block a block device; a character device otherwise
/// @param mode  permission bits, for example 0660
/// @param uid   owner, an id of the container
/// @param gid   group, an id of the container
public record NodeSpec(String path, boolean block, int major, int minor, int mode, long uid, long gid) {
    public NodeSpec {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("device path is not absolute: " + path);
        }
    }
}
