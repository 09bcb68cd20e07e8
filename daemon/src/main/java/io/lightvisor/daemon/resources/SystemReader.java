package io.lightvisor.daemon.resources;

import io.lightvisor.api.Resources;
import java.nio.file.Files;
import java.nio.file.Path;

/// The machine itself, from its DMI table where it has one.
final class SystemReader {
    private static final Path DMI = Path.of("/sys/class/dmi/id");

    private SystemReader() {}

    static Resources.SystemInfo read() {
        String type = CpuReader.isGuest() ? "virtual-machine" : "physical";
        if (Files.exists(Path.of("/run/systemd/container"))) {
            type = "container";
        }
        if (!Files.isDirectory(DMI)) {
            return new Resources.SystemInfo("", "", "", "", "", "", "", type, null, null, null);
        }
        return new Resources.SystemInfo(
                dmi("product_uuid"),
                dmi("sys_vendor"),
                dmi("product_name"),
                dmi("product_family"),
                dmi("product_version"),
                dmi("product_sku"),
                dmi("product_serial"),
                type,
                new Resources.Firmware(dmi("bios_vendor"), dmi("bios_date"), dmi("bios_version")),
                new Resources.Chassis(dmi("chassis_vendor"), chassis(), dmi("chassis_serial"), dmi("chassis_version")),
                new Resources.Motherboard(
                        dmi("board_vendor"), dmi("board_name"), dmi("board_serial"), dmi("board_version")));
    }

    private static String dmi(String name) {
        return Sys.text(DMI.resolve(name));
    }

    /// SMBIOS specification, table 17; the names that people meet.
    private static String chassis() {
        return switch (dmi("chassis_type")) {
            case "1" -> "Other";
            case "3", "4", "6", "7" -> "Desktop";
            case "8", "9", "10", "14" -> "Laptop";
            case "13" -> "All in one";
            case "17", "23" -> "Server";
            case "28", "29" -> "Blade";
            case "34" -> "Embedded";
            default -> "Unknown";
        };
    }
}
