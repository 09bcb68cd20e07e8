package io.lightvisor.model.device;

import java.util.List;
import java.util.Map;

/// A device of a type that is known and checked, and not offered: `gpu`, `infiniband`, `pci`, `tpm`, `unix-hotplug`,
/// `usb`.
public record OtherDevice(String name, Map<String, String> options) implements Device {
    public OtherDevice {
        options = Map.copyOf(options);
    }

    @Override
    public String missing() {
        return "devices of type " + type() + " are not offered by this version";
    }

    static OtherDevice of(String name, Map<String, String> options) {
        switch (options.getOrDefault("type", "")) {
            case "gpu" -> gpu(options);
            case "infiniband" -> infiniband(name, options);
            case "tpm" -> DeviceOptions.check(DeviceOptions.TPM, options);
            case "unix-hotplug" -> {
                DeviceOptions.check(DeviceOptions.PRODUCT, options);
                if (unset(options, "vendorid") && unset(options, "productid")) {
                    throw new InvalidDevice("Unix hotplug devices require a vendorid or a productid");
                }
            }
            case "usb" -> DeviceOptions.check(DeviceOptions.PRODUCT, options);
            // A profile may hold it for virtual machines.
            case "pci" -> DeviceOptions.check(DeviceOptions.PCI, options);
            default -> throw new InvalidDevice(Device.failedLoading(name, "Unsupported device type"));
        }
        return new OtherDevice(name, options);
    }

    private static void gpu(Map<String, String> options) {
        DeviceOptions.check(DeviceOptions.GPU, options);
        if (!unset(options, "pci")) {
            for (String option : List.of("id", "productid", "vendorid")) {
                if (!unset(options, option)) {
                    throw new InvalidDevice("Cannot use \"" + option + "\" when when \"pci\" is set");
                }
            }
        }
        if ("mig".equals(options.get("gputype"))
                && unset(options, "mig.uuid")
                && (unset(options, "mig.gi") || unset(options, "mig.ci"))) {
            throw new InvalidDevice("Either \"mig.uuid\" or both \"mig.gi\" and \"mig.ci\" must be set");
        }
    }

    private static void infiniband(String name, Map<String, String> options) {
        String kind = options.getOrDefault("nictype", "");
        if (!kind.equals("physical") && !kind.equals("sriov")) {
            throw new InvalidDevice(Device.failedLoading(name, "Unsupported device type"));
        }
        DeviceOptions.check(DeviceOptions.INFINIBAND, options);
    }

    private static boolean unset(Map<String, String> options, String option) {
        return options.getOrDefault(option, "").isEmpty();
    }
}
