package io.lightvisor.daemon.resources;

import io.lightvisor.api.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/// Disks with a device behind them (no loop devices, no device mapper). Sizes of the kernel are in units of 512 bytes.
final class DiskReader {
    private static final Path BLOCK = Path.of("/sys/class/block");

    private DiskReader() {}

    static Resources.Storage read() {
        var byId = links(Path.of("/dev/disk/by-id"));
        var byPath = links(Path.of("/dev/disk/by-path"));
        var disks = new ArrayList<Resources.Disk>();
        for (Path entry : Sys.list(BLOCK)) {
            String name = Sys.name(entry);
            if (Files.exists(entry.resolve("partition")) || !Files.exists(entry.resolve("device"))) {
                continue;
            }
            Path device = Sys.real(entry.resolve("device"));
            if (device == null) {
                continue;
            }
            disks.add(new Resources.Disk(
                    name,
                    Sys.text(entry.resolve("dev")),
                    Sys.orNull(Sys.text(device.resolve("model"))),
                    Sys.orNull(type(name, device)),
                    Sys.number(entry.resolve("ro"), 0) == 1,
                    Sys.number(entry.resolve("size"), 0) * 512,
                    Sys.number(entry.resolve("removable"), 0) == 1,
                    Sys.orNull(Sys.text(entry.resolve("wwid"))),
                    Sys.numaNode(device),
                    Sys.orNull(byPath.getOrDefault(name, "")),
                    0,
                    Sys.orNull(Sys.text(device.resolve("firmware_rev"))),
                    Sys.number(entry.resolve("queue/rotational"), 0),
                    Sys.orNull(Sys.text(entry.resolve("serial"))),
                    byId.getOrDefault(name, ""),
                    partitions(entry),
                    CardReader.pciAddress(device),
                    null));
        }
        long total = disks.size();
        for (var disk : disks) {
            total += disk.partitions().size();
        }
        return new Resources.Storage(disks, total);
    }

    private static String type(String name, Path device) {
        String subsystem = Sys.linkName(device.resolve("subsystem"));
        if (name.startsWith("nvme")) {
            return "nvme";
        }
        if (!subsystem.equals("scsi")) {
            return subsystem;
        }
        String path = device.toString();
        if (path.contains("/usb")) {
            return "usb";
        }
        return path.contains("/ata") ? "sata" : "scsi";
    }

    private static ArrayList<Resources.Partition> partitions(Path disk) {
        var found = new ArrayList<Resources.Partition>();
        for (Path part : Sys.list(disk)) {
            long number = Sys.number(part.resolve("partition"), -1);
            if (number >= 0) {
                found.add(new Resources.Partition(
                        Sys.name(part),
                        Sys.text(part.resolve("dev")),
                        Sys.number(part.resolve("ro"), 0) == 1,
                        Sys.number(part.resolve("size"), 0) * 512,
                        number));
            }
        }
        return found;
    }

    private static Map<String, String> links(Path folder) {
        var names = new HashMap<String, String>();
        for (Path link : Sys.list(folder)) {
            try {
                names.putIfAbsent(Sys.name(Files.readSymbolicLink(link)), Sys.name(link));
            } catch (IOException e) {
                // Gone meanwhile, or no link: it names no disk then.
                continue;
            }
        }
        return names;
    }
}
