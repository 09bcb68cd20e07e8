package io.lightvisor.image.tar;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Access control lists: from the text that archives hold to the attribute that the kernel keeps ("struct
/// posix_acl_xattr_header", include/uapi/linux/posix_acl_xattr.h).
///
///     user::rwx,user:1000:r-x,group::r-x,mask::r-x,other::---
///     user::rwx                                       (one a line is the same)
///     user:alice:r-x:1000                             (star(1) adds the number to a name)
final class PosixAcl {
    private static final int VERSION = 2;
    private static final int UNDEFINED_ID = -1;
    private static final int MAX_ENTRIES = 1024;

    private PosixAcl() {}

    /// @throws BadArchive if the text does not parse, or names somebody without a number: names of another system mean
    ///         nothing here
    static byte[] attribute(String entry, String text) throws BadArchive {
        var items = text.split("[,\n]", -1);
        if (items.length > MAX_ENTRIES) {
            throw refused(entry, "has more than " + MAX_ENTRIES + " entries");
        }
        var bytes = ByteBuffer.allocate(4 + 8 * items.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(VERSION);
        for (var item : items) {
            int comment = item.indexOf('#');
            var plain = (comment < 0 ? item : item.substring(0, comment)).strip();
            if (!plain.isEmpty()) {
                add(bytes, entry, plain.split(":", -1));
            }
        }
        var out = new byte[bytes.position()];
        bytes.flip().get(out);
        return out;
    }

    private static void add(ByteBuffer bytes, String entry, String[] fields) throws BadArchive {
        if (fields.length < 3) {
            throw refused(entry, "does not parse");
        }
        boolean named = !fields[1].isEmpty();
        int tag = switch (fields[0]) {
            case "user", "u" -> named ? 0x02 : 0x01;
            case "group", "g" -> named ? 0x08 : 0x04;
            case "mask", "m" -> 0x10;
            case "other", "o" -> 0x20;
            default -> throw refused(entry, "does not parse");
        };
        bytes.putShort((short) tag);
        bytes.putShort((short) permissions(entry, fields[2]));
        bytes.putInt(named && tag < 0x10 ? id(entry, fields.length > 3 ? fields[3] : fields[1]) : UNDEFINED_ID);
    }

    private static int permissions(String entry, String text) throws BadArchive {
        int bits = 0;
        for (int i = 0; i < text.length(); i++) {
            bits |= switch (text.charAt(i)) {
                case 'r' -> 4;
                case 'w' -> 2;
                case 'x' -> 1;
                case '-' -> 0;
                default -> throw refused(entry, "does not parse");
            };
        }
        return bits;
    }

    private static int id(String entry, String text) throws BadArchive {
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            throw refused(entry, "names a user or group without its number");
        }
    }

    private static BadArchive refused(String entry, String why) {
        return new BadArchive("access control list of entry \"" + entry + "\" " + why);
    }
}
