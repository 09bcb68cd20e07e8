package io.lightvisor.engine.device;

import io.lightvisor.container.RunningContainer;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.device.ProxyDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Proxies.
final class Proxies implements AutoCloseable {
    Proxies(Path runFolder, String daemonTag) {}

    void start(ExpandedInstance instance, ProxyDevice proxy, RunningContainer container) {
        throw DeviceFailure.start(proxy.name(), "proxies are not offered by this version");
    }

    void stop(long instanceId, String device) {}

    void ended(long instanceId) {}

    void recover(ExpandedInstance instance, List<ProxyDevice> devices, RunningContainer container) {}

    void sweep(Set<Long> running) {}

    @Override
    public void close() {}
}
