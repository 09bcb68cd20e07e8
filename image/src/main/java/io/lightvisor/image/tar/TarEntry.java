package io.lightvisor.image.tar;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One entry of an archive, as its headers tell it; nothing is checked yet.
///
/// @param name     in the text form of [io.lightvisor.linux.FileNames]
/// @param mode     permission bits with set-id and sticky
/// @param size     bytes of the file once unpacked
/// @param stored   bytes of data that follow in the archive, the sparse map of the data excluded
/// @param linkName target of a link, else empty
/// @param xattrs   extended attributes by name
/// @param acl      access control list as text (acl(5), short or long form), if any
/// @param defaultAcl the same for what is made in a folder
/// @param sparse   where the stored bytes lie in the file; empty for a file without holes
public record TarEntry(
        String name,
        Type type,
        int mode,
        long uid,
        long gid,
        long size,
        long stored,
        Instant modified,
        String linkName,
        int deviceMajor,
        int deviceMinor,
        Map<String, byte[]> xattrs,
        Optional<String> acl,
        Optional<String> defaultAcl,
        Optional<List<Extent>> sparse) {

    /// What an entry makes.
    public enum Type {
        FILE,
        DIRECTORY,
        SYMLINK,
        /// Another name of an earlier entry.
        HARD_LINK,
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        FIFO
    }

    /// A piece of a sparse file that has data.
    public record Extent(long offset, long length) {}

    /// Whether the entry stands for a device.
    public boolean isDevice() {
        return type == Type.CHARACTER_DEVICE || type == Type.BLOCK_DEVICE;
    }
}
