package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.Cluster;
import io.lightvisor.api.Server;
import io.lightvisor.api.ServerEnvironment;
import io.lightvisor.api.ServerPut;
import io.lightvisor.api.ServerUntrusted;
import io.lightvisor.api.StorageDriverInfo;
import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.ETag;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.server.Pools;
import io.lightvisor.engine.server.ServerSettings;
import io.lightvisor.model.Architecture;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProjectName;
import io.lightvisor.storage.DriverInfo;
import io.lightvisor.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// `/` and `/1.0`: what this server is.
final class ServerEndpoint {
    private static final List<String> METHODS = List.of("tls");
    private static final Answer VERSIONS = Answer.sync(List.of("/1.0"));
    private static final Answer GUEST =
            Answer.sync(new ServerUntrusted(Extensions.ALL, "stable", "1.0", "untrusted", false, METHODS));

    /// The kernel 5.15 that everything here needs has all of these; shiftfs was never in it.
    private static final Map<String, String> KERNEL_FEATURES = Map.of(
            "idmapped_mounts", "true",
            "netnsid_getifaddrs", "true",
            "seccomp_listener", "true",
            "seccomp_listener_continue", "true",
            "shiftfs", "false",
            "uevent_injection", "true",
            "unpriv_fscaps", "true");

    private final Store store;
    private final ServerSettings settings;
    private final Pools pools;
    private final ServerFacts server;
    private final List<DriverInfo> drivers;
    private final String version;
    private volatile @Nullable Cached cached;

    /// The answer to the question that every command asks first, kept until a record or an address changes.
    private record Cached(long revision, List<String> addresses, ProjectName project, Answer.Ready answer) {}

    ServerEndpoint(
            Store store,
            ServerSettings settings,
            Pools pools,
            List<DriverInfo> drivers,
            ServerFacts server,
            String version) {
        this.store = store;
        this.settings = settings;
        this.pools = pools;
        this.drivers = drivers;
        this.server = server;
        this.version = version;
    }

    List<Route> routes() {
        return List.of(
                Route.memory("GET", "/", _ -> VERSIONS).forGuests(),
                Route.memory("GET", "/1.0", this::get).forGuests(),
                Route.of("PUT", "/1.0", call -> change(call, false)),
                Route.of("PATCH", "/1.0", call -> change(call, true)),
                Route.memory("GET", "/1.0/cluster", this::cluster),
                Route.memory("GET", "/1.0/cluster/members", _ -> refuse("Server is not clustered")),
                Route.memory("GET", "/1.0/cluster/members/{name}", _ -> refuse("Server is not clustered")),
                Route.memory("GET", "/1.0/cluster/groups", _ -> refuse("This server is not clustered")));
    }

    private Answer get(Call call) {
        if (!call.caller().isTrusted()) {
            return GUEST;
        }
        long revision = store.facts().revision();
        var addresses = server.addresses();
        var project = call.project();
        Cached known = cached;
        if (known != null
                && known.revision() == revision
                && known.project().equals(project)
                && known.addresses().equals(addresses)) {
            return known.answer();
        }
        var answer = Answer.sync(describe(addresses, project)).tagged(tag());
        cached = new Cached(revision, addresses, project, answer);
        return answer;
    }

    private String tag() {
        return ETag.of(settings.current().config());
    }

    private Server describe(List<String> addresses, ProjectName project) {
        var config = new TreeMap<String, Object>(settings.shown());
        if (config.containsKey(ServerSettings.TRUST_PASSWORD)) {
            config.put(ServerSettings.TRUST_PASSWORD, true);
        }
        return new Server(
                config, Extensions.ALL, "stable", "1.0", "trusted", false, METHODS, environment(addresses, project));
    }

    private ServerEnvironment environment(List<String> addresses, ProjectName project) {
        var used = new TreeMap<String, String>();
        for (var pool : pools.list()) {
            used.put(pool.driver(), versionOf(pool.driver()));
        }
        var supported = new ArrayList<StorageDriverInfo>();
        for (var driver : drivers) {
            supported.add(new StorageDriverInfo(driver.name(), driver.version(), driver.remote()));
        }
        var architecture = Architecture.host();
        var architectures = architecture == Architecture.X86_64
                ? List.of(architecture.kernelName(), Architecture.I686.kernelName())
                : List.of(architecture.kernelName());
        return new ServerEnvironment(
                addresses,
                architectures,
                server.certificate().pem(),
                server.certificate().fingerprint().value(),
                "lightvisor",
                version,
                "nftables",
                "Linux",
                architecture.kernelName(),
                new TreeMap<>(KERNEL_FEATURES),
                server.kernelVersion(),
                runtimeFeatures(),
                server.osName(),
                server.osVersion(),
                project.value(),
                "lxd",
                false,
                "full-mesh",
                server.serverName(),
                ProcessHandle.current().pid(),
                ServerFacts.API_LEVEL,
                String.join(" | ", used.keySet()),
                String.join(" | ", used.values()),
                supported);
    }

    private String versionOf(String driver) {
        for (var known : drivers) {
            if (known.name().equals(driver)) {
                return known.version();
            }
        }
        return "";
    }

    /// What LXD asks of its runtime library, answered for ours.
    private static Map<String, String> runtimeFeatures() {
        var features = new TreeMap<String, String>();
        for (String yes : List.of(
                "cgroup2",
                "devpts_fd",
                "idmapped_mounts_v2",
                "mount_injection_file",
                "network_gateway_device_route",
                "network_phys_macvlan_mtu",
                "network_veth_router",
                "pidfd",
                "seccomp_allow_deny_syntax")) {
            features.put(yes, "true");
        }
        for (String no : List.of(
                "core_scheduling",
                "network_ipvlan",
                "network_l2proxy",
                "seccomp_notify",
                "seccomp_proxy_send_notify_fd")) {
            features.put(no, "false");
        }
        return features;
    }

    private Answer change(Call call, boolean patch) throws Exception {
        var put = call.json(ServerPut.class);
        var wanted = new TreeMap<String, String>();
        if (put.config() != null) {
            put.config().forEach((key, value) -> wanted.put(key, text(key, value)));
        }
        settings.update(current -> call.requireMatch(ETag.of(current.config())), wanted, patch);
        return Answer.empty();
    }

    private static String text(String key, @Nullable Object value) {
        return switch (value) {
            case null -> "";
            case String text -> text;
            case Boolean flag -> flag.toString();
            case Double number when number == Math.rint(number) -> Long.toString(number.longValue());
            case Number number -> number.toString();
            default ->
                throw Problem.badRequest("the value of \"" + Problem.printable(key) + "\" must be a string")
                        .exception();
        };
    }

    private Answer cluster(Call call) {
        var keys = new ArrayList<Cluster.MemberConfigKey>();
        for (var pool : pools.list()) {
            keys.add(new Cluster.MemberConfigKey(
                    "storage-pool",
                    pool.name().value(),
                    "source",
                    "",
                    "\"source\" property for storage pool \"" + pool.name() + "\""));
        }
        return Answer.sync(new Cluster("", false, keys)).tagged(ETag.of("none", false));
    }

    private static Answer refuse(String text) {
        throw Problem.badRequest(text).exception();
    }
}
