package io.lightvisor.daemon.resources;

import io.lightvisor.api.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// USB devices, hubs left out.
final class UsbReader {
    private static final Path USB = Path.of("/sys/bus/usb/devices");
    private static final String HUB = "09";

    private final String kernel;

    UsbReader(String kernel) {
        this.kernel = kernel;
    }

    Resources.Usb read() {
        var entries = Sys.list(USB);
        var vendors = new HashSet<String>();
        for (Path entry : entries) {
            vendors.add(Sys.text(entry.resolve("idVendor")));
        }
        var ids = PciIds.read("usb.ids", vendors);
        var devices = new ArrayList<Resources.UsbDevice>();
        for (Path entry : entries) {
            if (!Files.exists(entry.resolve("devnum"))
                    || Sys.text(entry.resolve("bDeviceClass")).equals(HUB)) {
                continue;
            }
            String vendor = Sys.text(entry.resolve("idVendor"));
            String product = Sys.text(entry.resolve("idProduct"));
            String manufacturer = Sys.text(entry.resolve("manufacturer"));
            String productName = Sys.text(entry.resolve("product"));
            devices.add(new Resources.UsbDevice(
                    Sys.number(entry.resolve("busnum"), 0),
                    Sys.number(entry.resolve("devnum"), 0),
                    interfaces(entry),
                    manufacturer.isEmpty() ? ids.vendor(vendor) : manufacturer,
                    vendor,
                    productName.isEmpty() ? ids.product(vendor, product) : productName,
                    product,
                    speed(entry)));
        }
        return new Resources.Usb(devices, devices.size());
    }

    private static double speed(Path entry) {
        try {
            return Double.parseDouble(Sys.text(entry.resolve("speed")));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private List<Resources.UsbInterface> interfaces(Path device) {
        var found = new ArrayList<Resources.UsbInterface>();
        for (Path each : Sys.list(device)) {
            if (!Files.exists(each.resolve("bInterfaceNumber"))) {
                continue;
            }
            String driver = Sys.linkName(each.resolve("driver"));
            found.add(new Resources.UsbInterface(
                    "",
                    hex(each.resolve("bInterfaceClass")),
                    driver,
                    driver.isEmpty() ? "" : kernel,
                    hex(each.resolve("bInterfaceNumber")),
                    "",
                    hex(each.resolve("bInterfaceSubClass"))));
        }
        return found;
    }

    private static long hex(Path file) {
        try {
            return Long.parseLong(Sys.text(file), 16);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
