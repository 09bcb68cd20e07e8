package io.lightvisor.engine.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.container.NodeSpec;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.device.Device;
import io.lightvisor.model.device.GpuDevice;
import io.lightvisor.model.device.ProductDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a /sys made for the test: few machines that run tests have USB or a graphics card.
final class SysDevicesTest {
    @TempDir
    Path sys;

    private Nodes nodes = new Nodes(new SysDevices(Path.of("/nowhere")));

    @BeforeEach
    void makeSys() throws IOException {
        nodes = new Nodes(new SysDevices(sys));
        // A serial adapter on USB, with the node of its driver.
        var usb = device("devices/pci0000:00/0000:00:14.0/usb1/1-2", "189:1", "bus/usb/001/002", "usb_device");
        Files.writeString(usb.resolve("idVendor"), "0403\n");
        Files.writeString(usb.resolve("idProduct"), "6001\n");
        link("bus/usb/devices/1-2", usb);
        link("dev/char/189:1", usb);
        var serial = device(usb + "/1-2:1.0/ttyUSB0/tty/ttyUSB0", "188:0", "ttyUSB0", "");
        link("dev/char/188:0", serial);
        // A graphics card on PCI.
        var pci = Files.createDirectories(sys.resolve("devices/pci0000:00/0000:00:02.0"));
        Files.writeString(pci.resolve("vendor"), "0x8086\n");
        Files.writeString(pci.resolve("device"), "0x5917\n");
        for (var name : List.of("card0", "renderD128")) {
            var node = device(pci + "/drm/" + name, name.equals("card0") ? "226:0" : "226:128", "dri/" + name, "");
            Files.createSymbolicLink(node.resolve("device"), pci);
            link("class/drm/" + name, node);
        }
    }

    private Path device(String path, String numbers, String name, String type) throws IOException {
        var folder = Files.createDirectories(sys.resolve(path));
        Files.writeString(folder.resolve("dev"), numbers + "\n");
        Files.writeString(folder.resolve("uevent"), "MAJOR=1\nDEVNAME=" + name + "\nDEVTYPE=" + type + "\n");
        return folder;
    }

    private void link(String at, Path to) throws IOException {
        var link = sys.resolve(at);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, to);
    }

    @Test
    void usb_byVendor() {
        var device = (ProductDevice) Device.parse("u", Map.of("type", "usb", "vendorid", "0403", "uid", "5"));
        assertEquals(
                List.of(new NodeSpec("/dev/bus/usb/001/002", false, 189, 1, 0660, 5, 0)),
                nodes.plan(device).nodes());
    }

    @Test
    void usb_another() {
        var device = (ProductDevice) Device.parse("u", Map.of("type", "usb", "vendorid", "0404"));
        assertTrue(nodes.plan(device).isEmpty());
    }

    @Test
    void usb_requiredAndMissing() {
        var device = (ProductDevice) Device.parse("u", Map.of("type", "usb", "productid", "0001", "required", "true"));
        var failure = assertThrows(ProblemException.class, () -> nodes.plan(device));
        assertEquals("Failed to start device \"u\": Required USB device not found", failure.getMessage());
    }

    @Test
    void unixHotplug_isTheDriversNode() {
        var device = (ProductDevice) Device.parse("u", Map.of("type", "unix-hotplug", "productid", "6001"));
        assertEquals(
                List.of(new NodeSpec("/dev/ttyUSB0", false, 188, 0, 0660, 0, 0)),
                nodes.plan(device).nodes());
    }

    @Test
    void gpu_allNodesOfTheCard() {
        for (var options : List.of(
                Map.of("type", "gpu"),
                Map.of("type", "gpu", "pci", "00:02.0"),
                Map.of("type", "gpu", "id", "0", "vendorid", "8086"))) {
            var device = (GpuDevice) Device.parse("g", options);
            assertEquals(
                    List.of("/dev/dri/card0", "/dev/dri/renderD128"),
                    nodes.plan(device).nodes().stream().map(NodeSpec::path).toList());
        }
    }

    @Test
    void gpu_another() {
        var device = (GpuDevice) Device.parse("g", Map.of("type", "gpu", "id", "1"));
        var failure = assertThrows(ProblemException.class, () -> nodes.plan(device));
        assertEquals("Failed to start device \"g\": Failed to detect requested GPU device", failure.getMessage());
    }
}
