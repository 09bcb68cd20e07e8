package io.lightvisor.model.device;

import io.lightvisor.model.Booleans;
import java.util.Map;

/// Devices of the host by their maker's numbers: `usb` and `unix-hotplug`. They come and go while the instance runs.
///
/// @param usb       whether it is any USB device at its place below `/dev/bus/usb`; else the nodes of drivers
/// @param vendorId  four hexadecimal digits, or empty for any
/// @param productId four hexadecimal digits, or empty for any
/// @param owner     who owns the nodes inside
/// @param required  whether the instance must not start without one
public record ProductDevice(
        String name,
        Map<String, String> options,
        boolean usb,
        String vendorId,
        String productId,
        NodeOwner owner,
        boolean required)
        implements Device {
    public ProductDevice {
        options = Map.copyOf(options);
    }

    static ProductDevice of(String name, Map<String, String> options) {
        DeviceOptions.check(DeviceOptions.PRODUCT, options);
        boolean usb = "usb".equals(options.get("type"));
        String vendor = options.getOrDefault("vendorid", "");
        String product = options.getOrDefault("productid", "");
        if (!usb && vendor.isEmpty() && product.isEmpty()) {
            throw new InvalidDevice("Unix hotplug devices require a vendorid or a productid");
        }
        String required = options.getOrDefault("required", "");
        return new ProductDevice(
                name,
                options,
                usb,
                vendor,
                product,
                NodeOwner.of(options),
                !required.isEmpty() && Booleans.parse(required));
    }
}
