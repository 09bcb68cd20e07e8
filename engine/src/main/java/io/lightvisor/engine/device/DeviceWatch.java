package io.lightvisor.engine.device;

import io.lightvisor.linux.netlink.UeventMonitor;
import io.lightvisor.linux.poll.Poller;
import io.lightvisor.linux.poll.Registration;
import io.lightvisor.model.device.Device;
import io.lightvisor.model.device.DiskDevice;
import io.lightvisor.model.device.ProductDevice;
import io.lightvisor.model.device.UnixDevice;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Waits for devices that may come and go while their instances run: paths of the host (`required=false`) by inotify,
/// USB and other drivers' nodes by the kernel's uevents. Nothing is opened before a device wants it.
final class DeviceWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

    private final InstanceDevices.Again again;
    private final Object lock = new Object();
    /// Guarded by `lock`.
    private final Map<Key, Runnable> stops = new HashMap<>();
    /// Guarded by `lock`.
    private final Set<Key> products = new HashSet<>();
    /// Guarded by `lock`.
    private @Nullable PathWatch paths;
    /// Guarded by `lock`.
    private @Nullable UeventMonitor uevents;
    /// Guarded by `lock`.
    private @Nullable Registration registration;

    private record Key(long instanceId, String device) {}

    DeviceWatch(InstanceDevices.Again again) {
        this.again = again;
    }

    /// Begins to wait for a device, if it is one that may come or go.
    void device(long instanceId, Device device) {
        var key = new Key(instanceId, device.name());
        forget(instanceId, device.name());
        switch (device) {
            case ProductDevice _ -> product(key);
            case DiskDevice disk
            when !disk.required() && Disks.isBind(disk) ->
                path(key, disk.source().orElseThrow());
            case UnixDevice unix when !unix.required() -> path(key, unix.hostPath());
            default -> {}
        }
    }

    private void path(Key key, String path) {
        synchronized (lock) {
            try {
                if (paths == null) {
                    paths = new PathWatch();
                }
                stops.put(key, paths.watch(path, () -> ask(key.instanceId(), key.device())));
            } catch (RuntimeException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "device " + key.device() + " will not be given when it appears: " + e.getMessage());
            }
        }
    }

    private void product(Key key) {
        synchronized (lock) {
            products.add(key);
            stops.put(key, () -> products.remove(key));
            if (uevents == null) {
                try {
                    uevents = UeventMonitor.open();
                    registration = Poller.shared().onReadable(uevents.fd(), this::uevent);
                } catch (RuntimeException e) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "devices will not be given when they appear: " + e.getMessage());
                }
            }
        }
    }

    private void uevent() {
        Set<Key> asked;
        synchronized (lock) {
            if (uevents == null || !uevents.take()) {
                return;
            }
            asked = Set.copyOf(products);
        }
        asked.forEach(key -> ask(key.instanceId(), key.device()));
    }

    /// Has a device looked at again, on a thread of its own.
    void ask(long instanceId, String device) {
        Thread.ofVirtual().name("device " + device).start(() -> again.reconsider(instanceId, device));
    }

    void forget(long instanceId, String device) {
        synchronized (lock) {
            Optional.ofNullable(stops.remove(new Key(instanceId, device))).ifPresent(Runnable::run);
        }
    }

    void forget(long instanceId) {
        synchronized (lock) {
            for (var key : Set.copyOf(stops.keySet())) {
                if (key.instanceId() == instanceId) {
                    forget(instanceId, key.device());
                }
            }
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (registration != null) {
                registration.close();
            }
            if (uevents != null) {
                uevents.close();
            }
            if (paths != null) {
                paths.close();
            }
        }
    }
}
