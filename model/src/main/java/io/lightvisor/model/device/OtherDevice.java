package io.lightvisor.model.device;

import java.util.Map;

/// A device of a type that is known and checked, and whose start is always refused, with a
/// reason: `infiniband`, `pci`, `tpm`.
public record OtherDevice(String name, Map<String, String> options) implements Device {
    public OtherDevice {
        options = Map.copyOf(options);
    }

    static OtherDevice of(String name, Map<String, String> options) {
        switch (options.getOrDefault("type", "")) {
            case "infiniband" -> infiniband(name, options);
            case "tpm" -> tpm(options);
            // A profile may hold it for virtual machines.
            case "pci" -> DeviceOptions.check(DeviceOptions.PCI, options);
            default -> throw new InvalidDevice(Device.failedLoading(name, "Unsupported device type"));
        }
        return new OtherDevice(name, options);
    }

    private static void tpm(Map<String, String> options) {
        try {
            DeviceOptions.check(DeviceOptions.TPM, options);
        } catch (InvalidDevice e) {
            throw new InvalidDevice("Failed to validate config: " + e.complaint(), e);
        }
    }

    private static void infiniband(String name, Map<String, String> options) {
        String kind = options.getOrDefault("nictype", "");
        if (!kind.equals("physical") && !kind.equals("sriov")) {
            throw new InvalidDevice(Device.failedLoading(name, "Unsupported device type"));
        }
        DeviceOptions.check(DeviceOptions.INFINIBAND, options);
    }
}
