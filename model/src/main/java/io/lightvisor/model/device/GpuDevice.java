package io.lightvisor.model.device;

import java.util.List;
import java.util.Map;

/// Graphics cards of the host, by `/dev/dri`.
///
/// @param id        number of the card, or empty
/// @param pci       `DDDD:BB:DD.F`, or empty
/// @param vendorId  four hexadecimal digits, or empty for any
/// @param productId four hexadecimal digits, or empty for any
public record GpuDevice(
        String name,
        Map<String, String> options,
        String id,
        String pci,
        String vendorId,
        String productId,
        NodeOwner owner)
        implements Device {
    public GpuDevice {
        options = Map.copyOf(options);
    }

    @Override
    public String missing() {
        return "mig".equals(options.get("gputype")) ? "parts of a GPU (gputype=mig) need NVIDIA's driver" : "";
    }

    static GpuDevice of(String name, Map<String, String> options) {
        switch (options.getOrDefault("gputype", "")) {
            // Only virtual machines can have these.
            case "mdev", "sriov" -> throw new InvalidDevice("Unsupported device type");
            default -> {}
        }
        DeviceOptions.check(DeviceOptions.GPU, options);
        String pci = options.getOrDefault("pci", "");
        if (!pci.isEmpty()) {
            for (String option : List.of("id", "productid", "vendorid")) {
                if (!options.getOrDefault(option, "").isEmpty()) {
                    throw new InvalidDevice("Cannot use \"" + option + "\" when when \"pci\" is set");
                }
            }
        }
        if ("mig".equals(options.get("gputype"))
                && unset(options, "mig.uuid")
                && (unset(options, "mig.gi") || unset(options, "mig.ci"))) {
            throw new InvalidDevice("Either \"mig.uuid\" or both \"mig.gi\" and \"mig.ci\" must be set");
        }
        return new GpuDevice(
                name,
                options,
                options.getOrDefault("id", ""),
                pci.length() == "BB:DD.F".length() ? "0000:" + pci : pci,
                options.getOrDefault("vendorid", ""),
                options.getOrDefault("productid", ""),
                NodeOwner.of(options));
    }

    private static boolean unset(Map<String, String> options, String option) {
        return options.getOrDefault(option, "").isEmpty();
    }
}
