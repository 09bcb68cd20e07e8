package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.InstanceFull;
import io.lightvisor.api.InstanceState;
import io.lightvisor.daemon.http.ETag;
import io.lightvisor.engine.instance.Health;
import io.lightvisor.engine.instance.InstanceView;
import io.lightvisor.engine.instance.Snapshots;
import io.lightvisor.model.Instance;
import io.lightvisor.model.ProfileName;
import io.lightvisor.network.GuestInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// An instance as JSON.
final class InstanceWire {
    private InstanceWire() {}

    static io.lightvisor.api.Instance of(InstanceView view) {
        Instance instance = view.expanded().instance();
        return new io.lightvisor.api.Instance(
                instance.architecture().kernelName(),
                instance.config(),
                instance.devices().byName(),
                instance.ephemeral(),
                profiles(instance),
                instance.stateful(),
                instance.description(),
                instance.createdAt(),
                view.expanded().config(),
                view.expanded().devices().byName(),
                instance.name().value(),
                view.status().text(),
                view.status().code(),
                instance.lastUsedAt(),
                OperationWire.LOCATION,
                instance.type().wire(),
                instance.project().value());
    }

    static InstanceFull full(InstanceView view, InstanceView.State state, List<Snapshots.View> snapshots) {
        Instance instance = view.expanded().instance();
        return new InstanceFull(
                instance.architecture().kernelName(),
                instance.config(),
                instance.devices().byName(),
                instance.ephemeral(),
                profiles(instance),
                instance.stateful(),
                instance.description(),
                instance.createdAt(),
                view.expanded().config(),
                view.expanded().devices().byName(),
                instance.name().value(),
                state.status().text(),
                state.status().code(),
                instance.lastUsedAt(),
                OperationWire.LOCATION,
                instance.type().wire(),
                instance.project().value(),
                view.backups().isEmpty()
                        ? null
                        : view.backups().stream().map(BackupsEndpoint::wire).toList(),
                state(state),
                snapshots.isEmpty() ? null : SnapshotWire.all(snapshots));
    }

    static List<String> profiles(Instance instance) {
        var names = new ArrayList<String>(instance.profiles().size());
        for (ProfileName name : instance.profiles()) {
            names.add(name.value());
        }
        return names;
    }

    static InstanceState state(InstanceView.State state) {
        var usage = state.usage();
        return new InstanceState(
                state.status().text(),
                state.status().code(),
                Map.of(),
                new InstanceState.Memory(usage.memory(), usage.memoryPeak(), usage.swap(), usage.swapPeak()),
                state.pid() == 0 ? null : networks(state.interfaces()),
                state.pid(),
                usage.processes(),
                new InstanceState.Cpu(usage.cpuNanos()),
                state.health().map(h -> h.status().wire()).orElse(null),
                state.health().map(Health::log).filter(log -> !log.isEmpty()).orElse(null),
                state.restarts() == 0 ? null : state.restarts());
    }

    private static Map<String, InstanceState.@Nullable Network> networks(List<GuestInterface> interfaces) {
        var byName = new TreeMap<String, InstanceState.@Nullable Network>();
        for (var each : interfaces) {
            var addresses =
                    new ArrayList<InstanceState.Address>(each.addresses().size());
            for (var address : each.addresses()) {
                addresses.add(new InstanceState.Address(
                        address.family(), address.address(), address.netmask(), address.scope()));
            }
            var counters = each.counters();
            byName.put(
                    each.name(),
                    new InstanceState.Network(
                            addresses,
                            new InstanceState.Counters(
                                    counters.receivedBytes(),
                                    counters.sentBytes(),
                                    counters.receivedPackets(),
                                    counters.sentPackets(),
                                    counters.receiveErrors(),
                                    counters.sendErrors(),
                                    counters.sendDropped(),
                                    counters.receiveDropped()),
                            each.hwaddr(),
                            each.hostName(),
                            each.mtu(),
                            each.state(),
                            each.type()));
        }
        return byName;
    }

    /// Changes whenever the instance's own record does, volatile keys included.
    static String tag(Instance instance) {
        return ETag.of(
                instance.architecture().kernelName(),
                instance.config(),
                instance.devices().byName(),
                instance.ephemeral(),
                profiles(instance),
                instance.description());
    }
}
