package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an instance does now. `disk` and `network` are by device and interface; `network` is null while
/// stopped; `pid` is 0 then. Ours (extension `instance_health`): `health` is `starting`, `healthy` or
/// `unhealthy`, left out where no health check is set; `health_log` says why the last check failed;
/// `restarts` counts those by `boot.restart.policy`.
@Json(naming = Json.Naming.LowerUnderscore)
public record InstanceState(
        String status,
        int statusCode,
        Map<String, Disk> disk,
        Memory memory,
        @Nullable Map<String, Network> network,
        long pid,
        long processes,
        Cpu cpu,
        @Nullable String health,
        @Nullable String healthLog,
        @Nullable Integer restarts) {

    /// Bytes used on the volume of one disk device.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Disk(long usage) {}

    /// Bytes of memory and swap, now and at the most.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Memory(long usage, long usagePeak, long swapUsage, long swapUsagePeak) {}

    /// Nanoseconds of processor time used since the start.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Cpu(long usage) {}

    /// An interface inside the instance. `hostName` is its peer on the host (`veth...`), empty if there
    /// is none; `state` is `up` or `down`; `type` `broadcast`, `loopback`, `point-to-point` or `unknown`.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Network(
            List<Address> addresses,
            Counters counters,
            String hwaddr,
            String hostName,
            int mtu,
            String state,
            String type) {}

    /// An address of an interface: `family` `inet` or `inet6`, `netmask` the prefix length as text,
    /// `scope` `global`, `link` or `local`.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Address(String family, String address, String netmask, String scope) {}

    /// Bytes and packets of an interface, seen from inside.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Counters(
            long bytesReceived,
            long bytesSent,
            long packetsReceived,
            long packetsSent,
            long errorsReceived,
            long errorsSent,
            long packetsDroppedOutbound,
            long packetsDroppedInbound) {}
}
