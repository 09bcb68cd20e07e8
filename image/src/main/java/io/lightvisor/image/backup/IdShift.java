package io.lightvisor.image.backup;

import java.util.List;

/// Takes the owners of a root that lay shifted on the other host's disk back to what its guest saw. LXD shifts roots on
/// disk where it cannot mount them shifted, and notes the map in `volatile.last_state.idmap`.
///
/// @param ranges none if ids on disk are the guest's own
public record IdShift(List<Range> ranges) {
    /// Ids as they are.
    public static final IdShift NONE = new IdShift(List.of());

    /// `nobody`: for what the map does not know.
    private static final long OVERFLOW = 65534;

    /// One line of the map.
    public record Range(boolean user, boolean group, long host, long inside, long count) {}

    public IdShift {
        ranges = List.copyOf(ranges);
    }

    /// A user as the guest sees it.
    public long uid(long host) {
        return shifted(host, true);
    }

    /// A group as the guest sees it.
    public long gid(long host) {
        return shifted(host, false);
    }

    private long shifted(long host, boolean user) {
        if (ranges.isEmpty()) {
            return host;
        }
        for (var range : ranges) {
            if ((user ? range.user() : range.group()) && host >= range.host() && host - range.host() < range.count()) {
                return range.inside() + host - range.host();
            }
        }
        return OVERFLOW;
    }
}
