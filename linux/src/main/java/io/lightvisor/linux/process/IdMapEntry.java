package io.lightvisor.linux.process;

/// One line of a uid_map or gid_map: `count` ids from `inside` on are those from `outside` on, seen from the
/// writer's user namespace. All unsigned 32-bit. Source: user_namespaces(7).
public record IdMapEntry(long inside, long outside, long count) {
    private static final long LIMIT = 1L << 32;

    public IdMapEntry {
        if (inside < 0 || outside < 0 || count < 1 || inside + count > LIMIT || outside + count > LIMIT) {
            throw new IllegalArgumentException("id map " + inside + " " + outside + " " + count + ": out of range");
        }
    }
}
