package io.lightvisor.engine.device;

import io.lightvisor.container.NodeSpec;
import io.lightvisor.linux.FileStat;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.model.device.GpuDevice;
import io.lightvisor.model.device.NodeOwner;
import io.lightvisor.model.device.ProductDevice;
import io.lightvisor.model.device.UnixDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Devices that are nodes: `unix-char`, `unix-block`, `usb`, `unix-hotplug`, `gpu`.
final class Nodes {
    private final SysDevices sys;

    Nodes(SysDevices sys) {
        this.sys = sys;
    }

    /// A node by its path or its numbers; nothing if it is optional and not there.
    Contribution plan(UnixDevice device) {
        Optional<FileStat> there = stat(device.hostPath());
        boolean numbered = device.major() >= 0 && device.minor() >= 0;
        if (there.isPresent() && !numbered) {
            var wanted = device.block() ? FileStat.Type.BLOCK_DEVICE : FileStat.Type.CHARACTER_DEVICE;
            if (there.get().type() != wanted) {
                throw DeviceFailure.start(device.name(), "Path specified is not a " + device.type() + " device");
            }
        }
        if (!numbered && there.isEmpty()) {
            if (device.required()) {
                throw DeviceFailure.start(
                        device.name(),
                        "The required device path doesn't exist and the major and minor settings are not specified");
            }
            return Contribution.NOTHING;
        }
        int major = device.major() >= 0 ? device.major() : there.orElseThrow().rdevMajor();
        int minor = device.minor() >= 0 ? device.minor() : there.orElseThrow().rdevMinor();
        var node = node(inside(device.path()), device.block(), major, minor, device.owner());
        return new Contribution(List.of(), List.of(node), major + ":" + minor);
    }

    /// All nodes of the host that fit now.
    Contribution plan(ProductDevice device) {
        var nodes = new ArrayList<NodeSpec>();
        for (var found : device.usb() ? sys.usb() : sys.others()) {
            if (fits(device.vendorId(), found.vendorId()) && fits(device.productId(), found.productId())) {
                nodes.add(node(found.path(), found.block(), found.major(), found.minor(), device.owner()));
            }
        }
        if (nodes.isEmpty() && device.required()) {
            throw DeviceFailure.start(
                    device.name(),
                    device.usb() ? "Required USB device not found" : "Required Unix Hotplug device not found");
        }
        return new Contribution(List.of(), nodes, nodes.toString());
    }

    /// The cards that fit.
    Contribution plan(GpuDevice device) {
        var nodes = new ArrayList<NodeSpec>();
        for (var card : sys.gpus()) {
            if (fits(device.pci(), card.pci())
                    && fits(device.id(), card.id())
                    && fits(device.vendorId(), card.vendorId())
                    && fits(device.productId(), card.productId())) {
                for (var node : card.nodes()) {
                    nodes.add(node(node.path(), false, node.major(), node.minor(), device.owner()));
                }
            }
        }
        if (nodes.isEmpty()) {
            throw DeviceFailure.start(device.name(), "Failed to detect requested GPU device");
        }
        return new Contribution(List.of(), nodes, nodes.toString());
    }

    /// The path inside of the node of a device by path.
    static String inside(String path) {
        return Path.of("/", path).normalize().toString();
    }

    private static boolean fits(String wanted, String found) {
        return wanted.isEmpty() || wanted.equals(found);
    }

    private static NodeSpec node(String path, boolean block, int major, int minor, NodeOwner owner) {
        return new NodeSpec(path, block, major, minor, owner.mode(), owner.uid(), owner.gid());
    }

    /// What is at a path of the host, links followed; empty if there is nothing that can be looked at.
    static Optional<FileStat> stat(String path) {
        try (var file = Open.path(path, OpenFlag.PATH)) {
            return Optional.of(file.stat());
        } catch (SyscallException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
