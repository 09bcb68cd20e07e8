package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The hardware of the host. `total` counts what its list holds; in memory it is bytes.
@Json(naming = Json.Naming.LowerUnderscore)
public record Resources(
        Cpu cpu, Memory memory, Gpu gpu, Network network, Storage storage, Usb usb, Pci pci, SystemInfo system) {

    /// Processors by socket.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Cpu(String architecture, List<CpuSocket> sockets, long total) {}

    /// One processor; frequencies in MHz.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record CpuSocket(
            String name,
            String vendor,
            long socket,
            List<CpuCache> cache,
            List<CpuCore> cores,
            @Nullable Long frequency,
            @Nullable Long frequencyMinimum,
            @Nullable Long frequencyTurbo) {}

    /// A cache: `type` `Data`, `Instruction` or `Unified`, `size` in bytes.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record CpuCache(long level, String type, long size) {}

    /// A core; `frequency` in MHz, left out if not known.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record CpuCore(
            long core,
            long die,
            List<CpuThread> threads,
            @Nullable Long frequency) {}

    /// A thread of a core; `id` is the kernel's number of the processor.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record CpuThread(long id, long numaNode, long thread, boolean online, boolean isolated) {}

    /// Memory in bytes.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Memory(
            List<MemoryNode> nodes,
            long hugepagesTotal,
            long hugepagesUsed,
            long hugepagesSize,
            long used,
            long total) {}

    /// Memory of one NUMA node.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record MemoryNode(long numaNode, long hugepagesUsed, long hugepagesTotal, long used, long total) {}

    /// Graphics cards.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Gpu(List<GpuCard> cards, long total) {}

    /// A graphics card.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record GpuCard(
            @Nullable String driver,
            @Nullable String driverVersion,
            @Nullable GpuDrm drm,
            long numaNode,
            @Nullable String pciAddress,
            @Nullable String vendor,
            @Nullable String vendorId,
            @Nullable String product,
            @Nullable String productId) {}

    /// The device nodes of a graphics card.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record GpuDrm(
            long id,
            @Nullable String cardName,
            @Nullable String cardDevice,
            @Nullable String controlName,
            @Nullable String controlDevice,
            @Nullable String renderName,
            @Nullable String renderDevice) {}

    /// Network cards.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Network(List<NetworkCard> cards, long total) {}

    /// A network card.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record NetworkCard(
            @Nullable String driver,
            @Nullable String driverVersion,
            @Nullable List<NetworkPort> ports,
            long numaNode,
            @Nullable String pciAddress,
            @Nullable String vendor,
            @Nullable String vendorId,
            @Nullable String product,
            @Nullable String productId,
            @Nullable String firmwareVersion) {}

    /// A port of a network card; `linkSpeed` in Mbit/s.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record NetworkPort(
            String id,
            @Nullable String address,
            long port,
            String protocol,
            @Nullable String portType,
            @Nullable String transceiverType,
            boolean autoNegotiation,
            boolean linkDetected,
            @Nullable Long linkSpeed,
            @Nullable String linkDuplex) {}

    /// Disks.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Storage(List<Disk> disks, long total) {}

    /// A disk. `device` is `major:minor`; `size` bytes; `rpm` 0 for none, else revolutions per minute.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Disk(
            String id,
            String device,
            @Nullable String model,
            @Nullable String type,
            boolean readOnly,
            long size,
            boolean removable,
            @Nullable String wwn,
            long numaNode,
            @Nullable String devicePath,
            long blockSize,
            @Nullable String firmwareVersion,
            long rpm,
            @Nullable String serial,
            String deviceId,
            List<Partition> partitions,
            @Nullable String pciAddress,
            @Nullable String usbAddress) {}

    /// A partition of a disk.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Partition(String id, String device, boolean readOnly, long size, long partition) {}

    /// USB devices.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Usb(List<UsbDevice> devices, long total) {}

    /// A USB device; `speed` in Mbit/s.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record UsbDevice(
            long busAddress,
            long deviceAddress,
            List<UsbInterface> interfaces,
            String vendor,
            String vendorId,
            String product,
            String productId,
            double speed) {}

    /// An interface of a USB device.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record UsbInterface(
            @Json.Property("class") String kind,
            long classId,
            String driver,
            String driverVersion,
            long number,
            String subclass,
            long subclassId) {}

    /// PCI devices.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Pci(List<PciDevice> devices, long total) {}

    /// A PCI device.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record PciDevice(
            String driver,
            String driverVersion,
            long numaNode,
            String pciAddress,
            String vendor,
            String vendorId,
            String product,
            String productId,
            long iommuGroup,
            Vpd vpd) {}

    /// Vital product data of a PCI device.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Vpd(
            @Nullable String productName, @Nullable Map<String, String> entries) {}

    /// The machine itself. `type` is `physical`, `virtual-machine` or `container`.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record SystemInfo(
            String uuid,
            String vendor,
            String product,
            String family,
            String version,
            String sku,
            String serial,
            String type,
            @Nullable Firmware firmware,
            @Nullable Chassis chassis,
            @Nullable Motherboard motherboard) {}

    /// The firmware of the machine.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Firmware(String vendor, String date, String version) {}

    /// The case of the machine.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Chassis(String vendor, String type, String serial, String version) {}

    /// The main board of the machine.
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Motherboard(String vendor, String product, String serial, String version) {}
}
