package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.NetworkLease;
import io.lightvisor.api.NetworkPut;
import io.lightvisor.api.NetworkState;
import io.lightvisor.api.NetworksPost;
import io.lightvisor.api.RenamePost;
import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.ETag;
import io.lightvisor.daemon.http.Filter;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.server.ManagedNetworks;
import io.lightvisor.model.Network;
import io.lightvisor.model.NetworkName;
import io.lightvisor.model.Problem;
import io.lightvisor.model.Project;
import io.lightvisor.network.HostInterface;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// `/1.0/networks`: managed networks, and beside them the other interfaces of the host to look at. The host's ends of
/// instances' NICs (`veth...`) are nobody's business.
final class NetworksEndpoint {
    private final ManagedNetworks networks;

    NetworksEndpoint(ManagedNetworks networks) {
        this.networks = networks;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/1.0/networks", this::list),
                Route.of("POST", "/1.0/networks", this::create),
                Route.of("GET", "/1.0/networks/{name}", this::get),
                Route.of("PUT", "/1.0/networks/{name}", this::replace),
                Route.of("PATCH", "/1.0/networks/{name}", this::patch),
                Route.of("POST", "/1.0/networks/{name}", this::rename),
                Route.of("DELETE", "/1.0/networks/{name}", this::delete),
                Route.of("GET", "/1.0/networks/{name}/state", this::state),
                Route.of("GET", "/1.0/networks/{name}/leases", this::leases));
    }

    private Answer list(Call call) {
        var filter = Filter.parse(call.query("filter"));
        boolean urls = call.recursion() == 0;
        var found = new ArrayList<Object>();
        var managed = new HashSet<String>();
        for (var network : networks.list(call.project())) {
            managed.add(network.name().value());
            if (urls && filter.isEmpty()) {
                found.add(url(network));
                continue;
            }
            var wire = wire(network);
            if (filter.matches(wire)) {
                found.add(urls ? url(network) : wire);
            }
        }
        if (call.project().equals(Project.DEFAULT)) {
            for (var each : networks.interfaces()) {
                if (managed.contains(each.name()) || isHidden(each.name())) {
                    continue;
                }
                var wire = wire(each);
                if (filter.matches(wire)) {
                    found.add(urls ? Links.of("networks", each.name()) : wire);
                }
            }
        }
        return Answer.sync(found);
    }

    private static boolean isHidden(String name) {
        return name.startsWith("veth");
    }

    private static String url(Network network) {
        return Links.of("networks", network.name().value(), network.project());
    }

    private io.lightvisor.api.Network wire(Network network) {
        return new io.lightvisor.api.Network(
                network.config(),
                network.description(),
                network.name().value(),
                network.type(),
                networks.usedBy(network.project(), network.name().value()),
                true,
                "Created",
                List.of(OperationWire.LOCATION));
    }

    private io.lightvisor.api.Network wire(HostInterface each) {
        return new io.lightvisor.api.Network(
                Map.of(), "", each.name(), each.type(), networks.usedBy(Project.DEFAULT, each.name()), false, "", null);
    }

    private static String tag(Network network) {
        return ETag.of(network.name().value(), true, network.type(), network.description(), network.config());
    }

    private static NetworkName name(Call call) {
        return Fields.named(call.variable(0), NetworkName::new, "Network not found");
    }

    private Answer get(Call call) {
        String name = call.variable(0);
        for (var network : networks.list(call.project())) {
            if (network.name().value().equals(name)) {
                return Answer.sync(wire(network)).tagged(tag(network));
            }
        }
        if (call.project().equals(Project.DEFAULT) && !isHidden(name)) {
            for (var each : networks.interfaces()) {
                if (each.name().equals(name)) {
                    return Answer.sync(wire(each)).tagged(ETag.of(name, false, each.type()));
                }
            }
        }
        throw Problem.notFound("Network not found").exception();
    }

    private Answer create(Call call) throws IOException, InterruptedException {
        var post = call.json(NetworksPost.class);
        var name = new NetworkName(Fields.required(post.name(), "No name provided"));
        var made = networks.create(
                call.project(),
                name,
                Fields.text(post.type()),
                Fields.text(post.description()),
                Fields.map(post.config()));
        return Answer.created(url(made));
    }

    private Answer replace(Call call) throws IOException, InterruptedException {
        var put = call.json(NetworkPut.class);
        networks.update(
                call.project(),
                name(call),
                current -> call.requireMatch(tag(current)),
                Fields.text(put.description()),
                Fields.map(put.config()));
        return Answer.empty();
    }

    private Answer patch(Call call) throws IOException, InterruptedException {
        var put = call.json(NetworkPut.class);
        var before = networks.require(call.project(), name(call));
        networks.update(
                call.project(),
                name(call),
                current -> call.requireMatch(tag(current)),
                Fields.text(put.description(), before.description()),
                Fields.patched(before.config(), put.config()));
        return Answer.empty();
    }

    private Answer rename(Call call) throws IOException, InterruptedException {
        var to = new NetworkName(Fields.required(call.json(RenamePost.class).name(), "No name provided"));
        networks.rename(call.project(), name(call), to);
        return Answer.created(Links.of("networks", to.value(), call.project()));
    }

    private Answer delete(Call call) throws InterruptedException {
        networks.delete(call.project(), name(call));
        return Answer.empty();
    }

    private Answer state(Call call) {
        String name = call.variable(0);
        if (isHidden(name)) {
            throw Problem.notFound("Network not found").exception();
        }
        var state = networks.state(name);
        var addresses = new ArrayList<NetworkState.Address>();
        for (var address : state.addresses()) {
            addresses.add(
                    new NetworkState.Address(address.family(), address.address(), address.netmask(), address.scope()));
        }
        var counters = state.counters();
        return Answer.sync(new NetworkState(
                addresses,
                new NetworkState.Counters(
                        counters.receivedBytes(),
                        counters.sentBytes(),
                        counters.receivedPackets(),
                        counters.sentPackets()),
                state.hwaddr(),
                state.mtu(),
                state.state(),
                state.type(),
                null,
                state.bridge()
                        .map(bridge -> new NetworkState.Bridge(
                                bridge.id(),
                                bridge.stp(),
                                bridge.forwardDelay(),
                                bridge.vlanDefault(),
                                bridge.vlanFiltering(),
                                bridge.upperDevices()))
                        .orElse(null),
                state.vlan()
                        .map(vlan -> new NetworkState.Vlan(vlan.lowerDevice(), vlan.vid()))
                        .orElse(null),
                null));
    }

    private Answer leases(Call call) {
        var found = new ArrayList<NetworkLease>();
        for (var lease : networks.leases(call.project(), name(call))) {
            found.add(new NetworkLease(
                    lease.hostname(),
                    lease.hwaddr(),
                    lease.address(),
                    lease.type().word(),
                    lease.type() == io.lightvisor.network.Lease.Type.GATEWAY ? "" : OperationWire.LOCATION));
        }
        return Answer.sync(found);
    }
}
