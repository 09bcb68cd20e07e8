package io.lightvisor.daemon.resources;

import io.lightvisor.api.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What sits on the PCI bus, and among it graphics and network cards.
final class CardReader {
    private static final Path PCI = Path.of("/sys/bus/pci/devices");
    private static final Path NET = Path.of("/sys/class/net");
    private static final Path DRM = Path.of("/sys/class/drm");

    private final String kernel;
    private final PciIds ids;

    CardReader(String kernel) {
        this.kernel = kernel;
        var vendors = new HashSet<String>();
        for (Path device : Sys.list(PCI)) {
            vendors.add(hex(device.resolve("vendor")));
        }
        this.ids = PciIds.read("pci.ids", vendors);
    }

    private static String hex(Path file) {
        String text = Sys.text(file);
        return text.startsWith("0x") ? text.substring(2) : text;
    }

    private String driver(Path device) {
        return Sys.linkName(device.resolve("driver"));
    }

    private String version(String driver) {
        if (driver.isEmpty()) {
            return "";
        }
        String version = Sys.text(Path.of("/sys/module/" + driver.replace('-', '_') + "/version"));
        return version.isEmpty() ? kernel : version;
    }

    Resources.Pci pci() {
        var devices = new ArrayList<Resources.PciDevice>();
        for (Path device : Sys.list(PCI)) {
            String vendor = hex(device.resolve("vendor"));
            String product = hex(device.resolve("device"));
            String driver = driver(device);
            devices.add(new Resources.PciDevice(
                    driver,
                    version(driver),
                    Sys.numaNode(device),
                    Sys.name(device),
                    ids.vendor(vendor),
                    vendor,
                    ids.product(vendor, product),
                    product,
                    Sys.number(Sys.linkName(device.resolve("iommu_group")), 0),
                    new Resources.Vpd(null, null)));
        }
        return new Resources.Pci(devices, devices.size());
    }

    Resources.Gpu gpu() {
        var cards = new ArrayList<Resources.GpuCard>();
        for (Path card : Sys.list(DRM)) {
            String name = Sys.name(card);
            if (!name.startsWith("card") || name.indexOf('-') >= 0) {
                continue;
            }
            Path device = Sys.real(card.resolve("device"));
            if (device == null) {
                continue;
            }
            String vendor = hex(device.resolve("vendor"));
            String product = hex(device.resolve("device"));
            String driver = driver(device);
            String render = "";
            for (Path node : Sys.list(device.resolve("drm"))) {
                if (Sys.name(node).startsWith("renderD")) {
                    render = Sys.name(node);
                }
            }
            Path renderDevice = device.resolve("drm").resolve(render.isEmpty() ? "none" : render);
            cards.add(new Resources.GpuCard(
                    Sys.orNull(driver),
                    Sys.orNull(version(driver)),
                    new Resources.GpuDrm(
                            Sys.number(name.substring(4), 0),
                            name,
                            Sys.text(card.resolve("dev")),
                            null,
                            null,
                            Sys.orNull(render),
                            Sys.orNull(Sys.text(renderDevice.resolve("dev")))),
                    Sys.numaNode(device),
                    pciAddress(device),
                    Sys.orNull(ids.vendor(vendor)),
                    Sys.orNull(vendor),
                    Sys.orNull(ids.product(vendor, product)),
                    Sys.orNull(product)));
        }
        return new Resources.Gpu(cards, cards.size());
    }

    /// The address of the PCI device that a device is, or hangs below.
    static @Nullable String pciAddress(Path device) {
        for (Path up = device; up != null && up.getFileName() != null; up = up.getParent()) {
            String name = Sys.name(up);
            if (name.length() == 12 && name.charAt(4) == ':' && name.charAt(10) == '.') {
                return name;
            }
        }
        return null;
    }

    Resources.Network network() {
        var ports = new TreeMap<String, List<Path>>();
        for (Path port : Sys.list(NET)) {
            Path device = Sys.real(port.resolve("device"));
            if (device != null) {
                ports.computeIfAbsent(device.toString(), _ -> new ArrayList<>()).add(port);
            }
        }
        var cards = new ArrayList<Resources.NetworkCard>();
        for (Map.Entry<String, List<Path>> entry : ports.entrySet()) {
            Path device = Path.of(entry.getKey());
            String vendor = hex(device.resolve("vendor"));
            String product = hex(device.resolve("device"));
            String driver = driver(device);
            cards.add(new Resources.NetworkCard(
                    Sys.orNull(driver),
                    Sys.orNull(version(driver)),
                    entry.getValue().stream().map(CardReader::port).toList(),
                    Sys.numaNode(device),
                    pciAddress(device),
                    Sys.orNull(ids.vendor(vendor)),
                    Sys.orNull(vendor),
                    Sys.orNull(ids.product(vendor, product)),
                    Sys.orNull(product),
                    null));
        }
        return new Resources.Network(cards, cards.size());
    }

    private static Resources.NetworkPort port(Path port) {
        long speed = Sys.number(port.resolve("speed"), -1);
        String duplex = Sys.text(port.resolve("duplex"));
        return new Resources.NetworkPort(
                Sys.name(port),
                Sys.text(port.resolve("address")),
                Math.max(0, Sys.number(port.resolve("dev_port"), 0)),
                Sys.number(port.resolve("type"), 1) == 32 ? "infiniband" : "ethernet",
                Files.exists(port.resolve("device")) ? "other" : null,
                "internal",
                false,
                Sys.number(port.resolve("carrier"), 0) == 1,
                speed > 0 ? speed : null,
                speed > 0 && !duplex.isEmpty() && !duplex.equals("unknown") ? duplex : null);
    }
}
