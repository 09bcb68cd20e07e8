package io.lightvisor.api.streams;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An image that a simplestreams server offers.
///
/// @param aliases      its names there: `22.04`, `jammy`
/// @param architecture in Debian's words: `amd64`
/// @param title        of the release, as a person says it: `22.04 LTS`
/// @param label        `release`, `daily`; empty if it has none
/// @param serial       version of the build; begins with its date, `20230107`
/// @param fingerprint  SHA-256 over all its files, as the API names images
/// @param container    or else a virtual machine
/// @param metadata     the unified image, or the first half of a split one
/// @param rootfs       the second half of a split one
public record StreamImage(
        List<String> aliases,
        String architecture,
        String os,
        String release,
        String title,
        String variant,
        String label,
        String serial,
        String fingerprint,
        boolean container,
        StreamFile metadata,
        @Nullable StreamFile rootfs) {
    public StreamImage {
        aliases = List.copyOf(aliases);
    }

    /// What it is, for a person: `ubuntu 22.04 LTS amd64 (release) (20230107)`.
    public String description() {
        return os + " " + (title.isEmpty() ? release : title) + " " + architecture
                + (label.isEmpty() ? "" : " (" + label + ")") + " (" + serial + ")";
    }

    /// Bytes to fetch.
    public long size() {
        return metadata.size() + (rootfs == null ? 0 : rootfs.size());
    }

    /// How the kernel names its architecture: `x86_64`.
    public String kernelArchitecture() {
        return switch (architecture) {
            case "amd64" -> "x86_64";
            case "arm64" -> "aarch64";
            case "i386" -> "i686";
            case "armhf" -> "armv7l";
            case "ppc64el" -> "ppc64le";
            default -> architecture;
        };
    }
}
