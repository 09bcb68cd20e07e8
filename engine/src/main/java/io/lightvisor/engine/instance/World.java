package io.lightvisor.engine.instance;

import io.lightvisor.container.Containers;
import io.lightvisor.engine.device.InstanceDevices;
import io.lightvisor.engine.event.Events;
import io.lightvisor.engine.operation.KeyedLocks;
import io.lightvisor.engine.operation.Operations;
import io.lightvisor.network.Networks;
import io.lightvisor.storage.StoragePools;
import io.lightvisor.store.Store;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;

/// What the flows of instances work with.
///
/// @param locks one per instance id: keeps its operations in order
/// @param runs  the containers that run, by instance id
/// @param roots the roots that are open for the file API
record World(
        Path lxdDir,
        Store store,
        Events events,
        Operations operations,
        Containers containers,
        StoragePools pools,
        Networks networks,
        Nics nics,
        InstanceDevices devices,
        InstancePlanner planner,
        KeyedLocks<Long> locks,
        ConcurrentHashMap<Long, Run> runs,
        GuestRoots roots) {

    /// Where logs of an instance lie.
    Path logs(String hostName) {
        return lxdDir.resolve("logs").resolve(hostName);
    }
}
