package io.lightvisor.daemon.resources;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Names of vendors and products by their numbers, from the hardware database of the host (pci.ids or usb.ids, where
/// installed). Only the vendors asked for are kept.
final class PciIds {
    private final Map<String, String> names = new HashMap<>();

    private PciIds() {}

    static PciIds read(String file, Set<String> vendors) {
        var ids = new PciIds();
        for (String folder : new String[] {"/usr/share/misc/", "/usr/share/hwdata/"}) {
            Path path = Path.of(folder + file);
            if (Files.isReadable(path)) {
                ids.load(path, vendors);
                break;
            }
        }
        return ids;
    }

    private void load(Path path, Set<String> vendors) {
        try (BufferedReader in = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
            String vendor = "";
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("C ")) {
                    return;
                }
                if (line.length() < 6 || line.startsWith("#") || line.startsWith("\t\t")) {
                    continue;
                }
                if (line.charAt(0) == '\t') {
                    if (!vendor.isEmpty()) {
                        names.put(
                                vendor + ":" + line.substring(1, 5),
                                line.substring(5).strip());
                    }
                } else {
                    vendor = line.substring(0, 4);
                    if (vendors.contains(vendor)) {
                        names.put(vendor, line.substring(4).strip());
                    } else {
                        vendor = "";
                    }
                }
            }
        } catch (IOException e) {
            names.clear();
        }
    }

    String vendor(String vendor) {
        return names.getOrDefault(vendor, "");
    }

    String product(String vendor, String product) {
        return names.getOrDefault(vendor + ":" + product, "");
    }
}
