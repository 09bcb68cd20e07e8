package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The live state of an interface; of `bond`, `bridge`, `vlan`, `ovn` those that do not fit are null.
@Json(naming = Json.Naming.LowerUnderscore)
public record NetworkState(
        List<Address> addresses,
        Counters counters,
        String hwaddr,
        int mtu,
        String state,
        String type,
        @Nullable Bond bond,
        @Nullable Bridge bridge,
        @Nullable Vlan vlan,
        @Nullable Ovn ovn) {

    /// An address: `family` `inet` or `inet6`, `netmask` the prefix length as text, `scope` `global`, `link` or
    /// `local`.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Address(String family, String address, String netmask, String scope) {}

    /// Bytes and packets.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Counters(long bytesReceived, long bytesSent, long packetsReceived, long packetsSent) {}

    /// A bond of interfaces; times in milliseconds.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Bond(
            String mode,
            String transmitPolicy,
            long upDelay,
            long downDelay,
            long miiFrequency,
            String miiState,
            List<String> lowerDevices) {}

    /// A bridge. `id` is `8000.` and its address; `forwardDelay` is in hundredths of a second.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Bridge(
            String id,
            boolean stp,
            long forwardDelay,
            long vlanDefault,
            boolean vlanFiltering,
            List<String> upperDevices) {}

    /// A VLAN interface.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Vlan(String lowerDevice, long vid) {}

    /// An OVN network.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Ovn(String chassis) {}
}
