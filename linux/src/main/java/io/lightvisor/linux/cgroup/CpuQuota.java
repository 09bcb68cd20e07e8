package io.lightvisor.linux.cgroup;

/// CPU time of all CPUs together: at most `quotaMicros` in every `periodMicros`. 25 ms in 100 ms is a quarter
/// of one CPU.
///
/// @param periodMicros 1000 to 1000000
public record CpuQuota(long quotaMicros, long periodMicros) {
    public CpuQuota {
        if (quotaMicros < 1000 || periodMicros < 1000 || periodMicros > 1_000_000) {
            throw new IllegalArgumentException("CPU quota " + quotaMicros + "us/" + periodMicros
                    + "us: the quota is at least 1ms, the period 1ms to 1s");
        }
    }
}
