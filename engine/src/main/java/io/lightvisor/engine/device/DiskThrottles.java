package io.lightvisor.engine.device;

import io.lightvisor.linux.FileStat;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.cgroup.BlockThrottle;
import io.lightvisor.linux.fs.Open;
import io.lightvisor.linux.fs.OpenFlag;
import io.lightvisor.linux.mount.MountInfo;
import io.lightvisor.model.device.DiskDevice;
import io.lightvisor.model.device.DiskLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;

/// Turns limits of disks into limits of the block devices below them, as the kernel knows only those. Several disks on
/// one block device get the mean of their limits, as LXD has it.
final class DiskThrottles {
    private DiskThrottles() {}

    /// A disk with limits and the path whose file system they are for.
    record Limited(DiskDevice disk, Path path) {}

    /// A whole block device.
    record Block(int major, int minor) implements Comparable<Block> {
        @Override
        public int compareTo(Block o) {
            return major == o.major ? Integer.compare(minor, o.minor) : Integer.compare(major, o.major);
        }
    }

    /// What to set now; block devices of `before` that are no longer limited are lifted.
    static List<BlockThrottle> of(List<Limited> disks, List<BlockThrottle> before) {
        var byBlock = new TreeMap<Block, List<DiskLimits>>();
        for (var disk : disks) {
            var limits = disk.disk().limits();
            if (limits.isPresent()) {
                byBlock.computeIfAbsent(block(disk), _ -> new ArrayList<>()).add(limits.get());
            }
        }
        var throttles = new ArrayList<BlockThrottle>();
        for (var old : before) {
            if (!byBlock.containsKey(new Block(old.major(), old.minor()))) {
                throttles.add(new BlockThrottle(
                        old.major(),
                        old.minor(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty()));
            }
        }
        byBlock.forEach((block, limits) -> throttles.add(new BlockThrottle(
                block.major(),
                block.minor(),
                mean(limits.stream().map(DiskLimits::readBytes).toList()),
                mean(limits.stream().map(DiskLimits::readOperations).toList()),
                mean(limits.stream().map(DiskLimits::writeBytes).toList()),
                mean(limits.stream().map(DiskLimits::writeOperations).toList()))));
        return throttles;
    }

    private static OptionalLong mean(List<OptionalLong> values) {
        var set = values.stream()
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .summaryStatistics();
        return set.getCount() == 0 ? OptionalLong.empty() : OptionalLong.of(set.getSum() / set.getCount());
    }

    private static Block block(Limited disk) {
        try (var file = Open.path(disk.path(), OpenFlag.PATH)) {
            var stat = file.stat();
            long number = stat.type() == FileStat.Type.BLOCK_DEVICE ? stat.rdev() : stat.device();
            int major = (int) (number >>> 32);
            return major != 0 ? whole(major, (int) number) : behind(disk, stat);
        } catch (SyscallException | IOException e) {
            throw DeviceFailure.start(disk.disk().name(), e);
        }
    }

    /// File systems on several devices have a number of their own; the mount tells one of the devices.
    private static Block behind(Limited disk, FileStat stat) throws IOException {
        String source = "";
        for (var mount : MountInfo.ofSelf()) {
            if (mount.id() == stat.mountId()) {
                source = mount.source();
            }
        }
        var device = Nodes.stat(source);
        if (source.startsWith("/") && device.isPresent() && device.get().type() == FileStat.Type.BLOCK_DEVICE) {
            return whole(device.get().rdevMajor(), device.get().rdevMinor());
        }
        throw DeviceFailure.start(disk.disk().name(), "Invalid block device \"" + source + "\"");
    }

    /// Partitions cannot be limited, only the disk they are on.
    private static Block whole(int major, int minor) throws IOException {
        var device = Path.of("/sys/dev/block", major + ":" + minor);
        if (Files.exists(device.resolve("partition"))) {
            String[] numbers = Files.readString(device.toRealPath().resolveSibling("dev"))
                    .strip()
                    .split(":", 2);
            return new Block(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
        }
        return new Block(major, minor);
    }
}
