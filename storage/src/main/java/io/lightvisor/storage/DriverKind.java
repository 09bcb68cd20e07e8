package io.lightvisor.storage;

import io.lightvisor.model.Problem;
import io.lightvisor.model.StoragePool;
import io.lightvisor.storage.dir.DirDriver;
import io.lightvisor.storage.driver.PoolFolder;
import io.lightvisor.storage.driver.VolumeDriver;
import io.lightvisor.storage.overlay.OverlayDriver;
import java.util.List;
import java.util.Map;

/// The drivers that a pool can have, each with its keys. A new driver is one more constant.
enum DriverKind {
    DIR("dir", "1", List.of("rsync.bwlimit", "rsync.compression")) {
        @Override
        VolumeDriver driver(PoolFolder folder) {
            return new DirDriver();
        }
    },
    OVERLAY("overlay", "1", List.of()) {
        @Override
        VolumeDriver driver(PoolFolder folder) {
            return new OverlayDriver(folder);
        }
    };

    /// Drivers of LXD that are not offered, each with the reason.
    private static final Map<String, String> KNOWN = Map.of(
            "btrfs", "subvolumes are not used yet; overlay makes instances as fast on any file system",
            "zfs", "needs ZFS, which is not part of Linux",
            "lvm", "block volumes are not offered",
            "ceph", "block volumes are not offered",
            "cephfs", "shared file systems are not offered",
            "cephobject", "buckets are not offered");

    private final String wire;
    private final String version;
    private final List<String> keys;

    DriverKind(String wire, String version, List<String> keys) {
        this.wire = wire;
        this.version = version;
        this.keys = keys;
    }

    abstract VolumeDriver driver(PoolFolder folder);

    /// As in a pool's `driver`.
    String wire() {
        return wire;
    }

    String version() {
        return version;
    }

    /// Keys of its own, beside `source`, `volume.*` and `user.*`.
    List<String> keys() {
        return keys;
    }

    static DriverKind of(StoragePool pool) {
        for (var kind : values()) {
            if (kind.wire.equals(pool.driver())) {
                return kind;
            }
        }
        var reason = KNOWN.get(pool.driver());
        if (reason == null) {
            throw Problem.badRequest("Unknown driver").exception();
        }
        throw new Problem.BadRequest(
                        "storage driver \"" + pool.driver() + "\" is not offered", reason, "choose overlay or dir")
                .exception();
    }
}
