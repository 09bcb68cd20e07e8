package io.lightvisor.model.device;

import io.lightvisor.model.Problem;
import java.util.Map;

/// A device of an instance or a profile.
public sealed interface Device
        permits DiskDevice, GpuDevice, NicDevice, NoneDevice, OtherDevice, ProductDevice, ProxyDevice, UnixDevice {
    /// Its name among the devices of its instance.
    String name();

    /// What the user wrote, `type` included.
    Map<String, String> options();

    /// Why an instance with this device cannot be started by this version; empty if it can.
    default String missing() {
        return "";
    }

    /// Whether an instance with this device can be started.
    default boolean isSupported() {
        return missing().isEmpty();
    }

    /// The `type`.
    default String type() {
        return options().getOrDefault("type", "");
    }

    /// Reads a device. Whether what it names exists (networks, pools, paths of the host) is for others to say.
    ///
    /// @throws io.lightvisor.model.ProblemException `BadRequest`: `Device validation failed for "NAME": ...` as LXD
    ///     says it
    static Device parse(String name, Map<String, String> options) {
        try {
            DeviceNames.check(name);
            return switch (options.getOrDefault("type", "")) {
                case "none" -> NoneDevice.of(name, options);
                case "disk" -> DiskDevice.of(name, options);
                case "nic" -> NicDevice.of(name, options);
                case "proxy" -> ProxyDevice.of(name, options);
                case "unix-char", "unix-block" -> UnixDevice.of(name, options);
                case "unix-hotplug", "usb" -> ProductDevice.of(name, options);
                case "gpu" -> GpuDevice.of(name, options);
                case "infiniband", "pci", "tpm" -> OtherDevice.of(name, options);
                case "" -> throw new InvalidDevice(failedLoading(name, "Missing device type in config"));
                default -> throw new InvalidDevice(failedLoading(name, "Unsupported device type"));
            };
        } catch (InvalidDevice e) {
            throw Problem.badRequest(
                            "Device validation failed for \"" + Problem.printable(name) + "\": " + e.complaint())
                    .exception(e);
        }
    }

    /// LXD's words for a type or kind that it does not know.
    static String failedLoading(String name, String why) {
        return "Failed loading device \"" + Problem.printable(name) + "\": " + why;
    }
}
