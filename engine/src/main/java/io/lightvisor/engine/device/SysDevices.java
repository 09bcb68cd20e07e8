package io.lightvisor.engine.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// The host's devices as /sys shows them. Source: Documentation/ABI/testing/sysfs-bus-usb, sysfs-class-drm.
///
/// @param sys `/sys`
record SysDevices(Path sys) {
    /// A node that the kernel has made, with the maker's numbers of the device it belongs to.
    ///
    /// @param vendorId  four hexadecimal digits, or empty
    /// @param productId four hexadecimal digits, or empty
    record Node(String path, boolean block, int major, int minor, String vendorId, String productId) {}

    /// A graphics card.
    ///
    /// @param id  its number, that of `card0`
    /// @param pci `DDDD:BB:DD.F`, or empty
    record Gpu(String id, String pci, String vendorId, String productId, List<Node> nodes) {}

    /// USB devices: each is one node below `/dev/bus/usb`.
    List<Node> usb() {
        var found = new ArrayList<Node>();
        for (var device : children(sys.resolve("bus/usb/devices"))) {
            String vendor = text(device.resolve("idVendor"));
            if (!vendor.isEmpty()) {
                add(found, device, false, vendor, text(device.resolve("idProduct")));
            }
        }
        return found;
    }

    /// The nodes of drivers whose device, or one it hangs on, has a vendor: serial ports, cameras, disks.
    List<Node> others() {
        var found = new ArrayList<Node>();
        for (var kind : List.of("char", "block")) {
            for (var link : children(sys.resolve("dev").resolve(kind))) {
                var owner = maker(link);
                // The raw USB device is for devices of type usb.
                if (owner != null && !text(link.resolve("uevent")).contains("DEVTYPE=usb_device")) {
                    add(found, link, kind.equals("block"), owner.vendor(), owner.product());
                }
            }
        }
        return found;
    }

    private record Maker(String vendor, String product) {}

    private @org.jspecify.annotations.Nullable Maker maker(Path device) {
        Path at;
        try {
            at = device.toRealPath();
        } catch (IOException e) {
            return null;
        }
        for (; at != null && !at.equals(sys) && at.getNameCount() > 1; at = at.getParent()) {
            String usb = text(at.resolve("idVendor"));
            if (!usb.isEmpty()) {
                return new Maker(usb, text(at.resolve("idProduct")));
            }
            String pci = text(at.resolve("vendor"));
            if (pci.startsWith("0x") && pci.length() == 6) {
                return new Maker(pci.substring(2), hexadecimal(text(at.resolve("device"))));
            }
        }
        return null;
    }

    /// Graphics cards with their nodes below `/dev/dri`.
    List<Gpu> gpus() {
        var found = new ArrayList<Gpu>();
        for (var card : children(sys.resolve("class/drm"))) {
            String name = String.valueOf(card.getFileName());
            if (!name.startsWith("card") || !isNumber(name.substring(4))) {
                continue;
            }
            var device = card.resolve("device");
            String vendor = hexadecimal(text(device.resolve("vendor")));
            String product = hexadecimal(text(device.resolve("device")));
            var nodes = new ArrayList<Node>();
            add(nodes, card, false, vendor, product);
            for (var sibling : children(device.resolve("drm"))) {
                if (!String.valueOf(sibling.getFileName()).equals(name)) {
                    add(nodes, sibling, false, vendor, product);
                }
            }
            found.add(new Gpu(name.substring(4), pci(device), vendor, product, nodes));
        }
        return found;
    }

    private static String pci(Path device) {
        try {
            String name = String.valueOf(device.toRealPath().getFileName());
            return name.length() == "0000:00:02.0".length() && name.charAt(4) == ':' ? name : "";
        } catch (IOException e) {
            return "";
        }
    }

    private static void add(List<Node> to, Path device, boolean block, String vendor, String product) {
        String numbers = text(device.resolve("dev"));
        int colon = numbers.indexOf(':');
        String name = "";
        for (String line : text(device.resolve("uevent")).split("\n", -1)) {
            if (line.startsWith("DEVNAME=")) {
                name = line.substring("DEVNAME=".length());
            }
        }
        if (colon > 0
                && !name.isEmpty()
                && isNumber(numbers.substring(0, colon))
                && isNumber(numbers.substring(colon + 1))) {
            to.add(new Node(
                    "/dev/" + name,
                    block,
                    Integer.parseInt(numbers.substring(0, colon)),
                    Integer.parseInt(numbers.substring(colon + 1)),
                    vendor,
                    product));
        }
    }

    private static String hexadecimal(String text) {
        return text.startsWith("0x") ? text.substring(2) : text;
    }

    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() < 10;
    }

    private static List<Path> children(Path folder) {
        var found = new TreeSet<Path>();
        try (var entries = Files.newDirectoryStream(folder)) {
            entries.forEach(found::add);
        } catch (IOException | DirectoryIteratorException e) {
            // This host has no such bus.
            return List.of();
        }
        return List.copyOf(found);
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
