package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.cli.out.Units;
import io.lightvisor.cli.terminal.Output;
import java.util.List;

/// `lxc info --resources`: the hardware of the server for people.
final class ResourcesText {
    private ResourcesText() {}

    static void print(Output out, JsonObject resources) {
        system(out, resources.object("system"));
        cpu(out, resources.object("cpu"));
        memory(out, resources.object("memory"));
        gpus(out, resources.object("gpu").objects("cards"));
        nics(out, resources.object("network").objects("cards"));
        disks(out, resources.object("storage").objects("disks"));
    }

    private static void system(Output out, JsonObject system) {
        if (system.text("vendor").isEmpty()
                && system.text("uuid").isEmpty()
                && system.text("product").isEmpty()) {
            return;
        }
        out.println("System:");
        String[][] rows = {
            {"uuid", "UUID"},
            {"vendor", "Vendor"},
            {"product", "Product"},
            {"family", "Family"},
            {"version", "Version"},
            {"sku", "SKU"},
            {"serial", "Serial"},
            {"type", "Type"}
        };
        for (String[] row : rows) {
            line(out, "  " + row[1] + ": ", system.text(row[0]));
        }
        part(out, "Chassis", system.object("chassis"), "vendor", "type", "serial", "version");
        part(out, "Motherboard", system.object("motherboard"), "vendor", "product", "serial", "version");
        part(out, "Firmware", system.object("firmware"), "vendor", "version", "date");
        out.println("");
    }

    private static void part(Output out, String title, JsonObject part, String... keys) {
        if (part.isEmpty()) {
            return;
        }
        out.println("  " + title + ":");
        for (String key : keys) {
            line(out, "    " + Character.toUpperCase(key.charAt(0)) + key.substring(1) + ": ", part.text(key));
        }
    }

    private static void line(Output out, String label, String value) {
        if (!value.isEmpty()) {
            out.println(label + value);
        }
    }

    private static void cpu(Output out, JsonObject cpu) {
        List<JsonObject> sockets = cpu.objects("sockets");
        if (sockets.size() == 1) {
            out.println("CPU (" + cpu.text("architecture") + "):");
            socket(out, sockets.get(0), "  ");
        } else {
            out.println("CPUs (" + cpu.text("architecture") + "):");
            for (JsonObject socket : sockets) {
                out.println("  Socket " + socket.number("socket") + ":");
                socket(out, socket, "    ");
            }
        }
        out.println("");
    }

    private static void socket(Output out, JsonObject socket, String indent) {
        line(out, indent + "Vendor: ", socket.text("vendor"));
        line(out, indent + "Name: ", socket.text("name"));
        List<JsonObject> caches = socket.objects("cache");
        if (!caches.isEmpty()) {
            out.println(indent + "Caches:");
        }
        for (JsonObject cache : caches) {
            out.println(indent + "  - Level " + cache.number("level") + " (type: " + cache.text("type") + "): "
                    + Units.wholeBinary(cache.number("size")));
        }
        out.println(indent + "Cores:");
        for (JsonObject core : socket.objects("cores")) {
            out.println(indent + "  - Core " + core.number("core"));
            out.println(indent + "    Frequency: " + core.number("frequency") + "Mhz");
            out.println(indent + "    Threads:");
            for (JsonObject thread : core.objects("threads")) {
                out.println(indent + "      - " + thread.number("thread") + " (id: " + thread.number("id")
                        + ", online: " + thread.flag("online") + ", NUMA node: " + thread.number("numa_node") + ")");
            }
        }
        long now = socket.number("frequency");
        long most = socket.number("frequency_turbo");
        if (now > 0) {
            out.println(indent + "Frequency: " + now + "Mhz"
                    + (most > 0 ? " (min: " + socket.number("frequency_minimum") + "Mhz, max: " + most + "Mhz)" : ""));
        }
    }

    private static void memory(Output out, JsonObject memory) {
        out.println("Memory:");
        if (memory.number("hugepages_total") > 0) {
            out.println("  Hugepages:");
            amounts(out, "    ", memory.number("hugepages_used"), memory.number("hugepages_total"));
        }
        List<JsonObject> nodes = memory.objects("nodes");
        if (nodes.size() > 1) {
            out.println("  NUMA nodes:");
            for (JsonObject node : nodes) {
                out.println("    Node " + node.number("numa_node") + ":");
                amounts(out, "      ", node.number("used"), node.number("total"));
            }
        }
        amounts(out, "  ", memory.number("used"), memory.number("total"));
    }

    private static void amounts(Output out, String indent, long used, long total) {
        out.println(indent + "Free: " + Units.binary(total - used));
        out.println(indent + "Used: " + Units.binary(used));
        out.println(indent + "Total: " + Units.binary(total));
    }

    private static void gpus(Output out, List<JsonObject> cards) {
        if (!cards.isEmpty()) {
            out.println(cards.size() == 1 ? "\nGPU:" : "\nGPUs:");
        }
        int number = 0;
        for (JsonObject card : cards) {
            String indent = head(out, cards.size(), number++);
            line(out, indent + "NUMA node: ", card.text("numa_node"));
            vendor(out, indent, card);
            JsonObject drm = card.object("drm");
            if (!drm.isEmpty()) {
                out.println(indent + "DRM:\n" + indent + "  ID: " + drm.number("id"));
                line(out, indent + "  Card: ", device(drm, "card"));
                line(out, indent + "  Control: ", device(drm, "control"));
                line(out, indent + "  Render: ", device(drm, "render"));
            }
        }
    }

    private static String device(JsonObject drm, String kind) {
        String name = drm.text(kind + "_name");
        return name.isEmpty() ? "" : name + " (" + drm.text(kind + "_device") + ")";
    }

    private static String head(Output out, int count, int number) {
        if (count == 1) {
            return "  ";
        }
        out.println("  Card " + number + ":");
        return "    ";
    }

    private static void vendor(Output out, String indent, JsonObject card) {
        if (!card.text("vendor").isEmpty()) {
            out.println(indent + "Vendor: " + named(card.text("vendor"), card.text("vendor_id")));
        }
        if (!card.text("product").isEmpty()) {
            out.println(indent + "Product: " + named(card.text("product"), card.text("product_id")));
        }
        line(out, indent + "PCI address: ", card.text("pci_address"));
        if (!card.text("driver").isEmpty()) {
            out.println(indent + "Driver: " + named(card.text("driver"), card.text("driver_version")));
        }
    }

    private static String named(String name, String id) {
        return name.isEmpty() ? id : name + " (" + id + ")";
    }

    private static void nics(Output out, List<JsonObject> cards) {
        if (!cards.isEmpty()) {
            out.println(cards.size() == 1 ? "\nNIC:" : "\nNICs:");
        }
        int number = 0;
        for (JsonObject card : cards) {
            String indent = head(out, cards.size(), number++);
            line(out, indent + "NUMA node: ", card.text("numa_node"));
            vendor(out, indent, card);
            List<JsonObject> ports = card.objects("ports");
            if (!ports.isEmpty()) {
                out.println(indent + "Ports:");
            }
            for (JsonObject port : ports) {
                out.println(indent + "  - Port " + port.number("port") + " (" + port.text("protocol") + ")");
                line(out, indent + "    ID: ", port.text("id"));
                line(out, indent + "    Address: ", port.text("address"));
                line(out, indent + "    Port type: ", port.text("port_type"));
                line(out, indent + "    Transceiver type: ", port.text("transceiver_type"));
                out.println(indent + "    Auto negotiation: " + port.flag("auto_negotiation"));
                out.println(indent + "    Link detected: " + port.flag("link_detected"));
                if (port.number("link_speed") > 0) {
                    out.println(indent + "    Link speed: " + port.number("link_speed") + "Mbit/s ("
                            + port.text("link_duplex") + " duplex)");
                }
            }
        }
    }

    private static void disks(Output out, List<JsonObject> disks) {
        if (!disks.isEmpty()) {
            out.println(disks.size() == 1 ? "\nDisk:" : "\nDisks:");
        }
        int number = 0;
        for (JsonObject disk : disks) {
            String indent = "  ";
            if (disks.size() > 1) {
                out.println("  Disk " + number++ + ":");
                indent = "    ";
            }
            line(out, indent + "NUMA node: ", disk.text("numa_node"));
            line(out, indent + "ID: ", disk.text("id"));
            line(out, indent + "Device: ", disk.text("device"));
            line(out, indent + "Model: ", disk.text("model"));
            line(out, indent + "Type: ", disk.text("type"));
            out.println(indent + "Size: " + Units.binary(disk.number("size")));
            line(out, indent + "WWN: ", disk.text("wwn"));
            out.println(indent + "Read-Only: " + disk.flag("read_only"));
            out.println(indent + "Removable: " + disk.flag("removable"));
            List<JsonObject> partitions = disk.objects("partitions");
            if (!partitions.isEmpty()) {
                out.println(indent + "Partitions:");
            }
            for (JsonObject partition : partitions) {
                out.println(indent + "  - Partition " + partition.number("partition"));
                line(out, indent + "    ID: ", partition.text("id"));
                line(out, indent + "    Device: ", partition.text("device"));
                out.println(indent + "    Read-Only: " + partition.flag("read_only"));
                out.println(indent + "    Size: " + Units.binary(partition.number("size")));
            }
        }
    }
}
