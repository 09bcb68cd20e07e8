package io.lightvisor.image.backup;

import io.lightvisor.image.tar.TarEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/// Entries of an archive with the ids that a shift makes of theirs: owners, and those inside access control lists and
/// file capabilities.
final class ShiftedEntries {
    private static final int ACL_USER = 0x02;
    private static final int ACL_GROUP = 0x08;
    private static final int VFS_CAP_REVISION_3 = 0x03000000;
    private static final int VFS_CAP_REVISION_2 = 0x02000000;
    private static final int VFS_CAP_REVISION = 0xff000000;
    private static final int SIZE_2 = 20;
    private static final int SIZE_3 = 24;

    private final IdShift shift;

    ShiftedEntries(IdShift shift) {
        this.shift = shift;
    }

    TarEntry of(TarEntry entry) {
        if (shift.ranges().isEmpty()) {
            return entry;
        }
        return new TarEntry(
                entry.name(),
                entry.type(),
                entry.mode(),
                shift.uid(entry.uid()),
                shift.gid(entry.gid()),
                entry.size(),
                entry.stored(),
                entry.modified(),
                entry.linkName(),
                entry.deviceMajor(),
                entry.deviceMinor(),
                attributes(entry.xattrs()),
                entry.acl(),
                entry.defaultAcl(),
                entry.sparse());
    }

    private Map<String, byte[]> attributes(Map<String, byte[]> all) {
        if (all.isEmpty()) {
            return all;
        }
        var shifted = new HashMap<String, byte[]>();
        all.forEach((name, value) -> shifted.put(
                name,
                name.startsWith("system.posix_acl_")
                        ? acl(value)
                        : name.equals("security.capability") ? capability(value) : value));
        return shifted;
    }

    /// "struct posix_acl_xattr_entry", include/uapi/linux/posix_acl_xattr.h.
    private byte[] acl(byte[] value) {
        var bytes = ByteBuffer.wrap(value.clone()).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 4; at + 8 <= value.length; at += 8) {
            int tag = bytes.getShort(at);
            long id = bytes.getInt(at + 4) & 0xFFFF_FFFFL;
            if (tag == ACL_USER) {
                bytes.putInt(at + 4, (int) shift.uid(id));
            } else if (tag == ACL_GROUP) {
                bytes.putInt(at + 4, (int) shift.gid(id));
            }
        }
        return bytes.array();
    }

    /// "struct vfs_ns_cap_data", include/uapi/linux/capability.h: those of the guest's root become plain ones, which
    /// are the guest's wherever it runs.
    private byte[] capability(byte[] value) {
        var bytes = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        if (value.length != SIZE_3 || (bytes.getInt(0) & VFS_CAP_REVISION) != VFS_CAP_REVISION_3) {
            return value;
        }
        if (shift.uid(bytes.getInt(SIZE_2) & 0xFFFF_FFFFL) != 0) {
            return value;
        }
        var plain = ByteBuffer.wrap(java.util.Arrays.copyOf(value, SIZE_2)).order(ByteOrder.LITTLE_ENDIAN);
        plain.putInt(0, bytes.getInt(0) & ~VFS_CAP_REVISION | VFS_CAP_REVISION_2);
        return plain.array();
    }
}
