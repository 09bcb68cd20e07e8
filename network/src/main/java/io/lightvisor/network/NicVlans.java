package io.lightvisor.network;

import java.util.List;
import java.util.OptionalInt;

/// The VLANs of a port of a bridge.
///
/// @param untagged the one that frames without a tag belong to; empty for the bridge's own
/// @param noUntagged whether frames without a tag belong to none (`vlan=none`)
/// @param tagged those that the guest tags itself
public record NicVlans(OptionalInt untagged, boolean noUntagged, List<Integer> tagged) {
    static final NicVlans NONE = new NicVlans(OptionalInt.empty(), false, List.of());

    public NicVlans {
        tagged = List.copyOf(tagged);
    }

    boolean isNone() {
        return untagged.isEmpty() && !noUntagged && tagged.isEmpty();
    }
}
