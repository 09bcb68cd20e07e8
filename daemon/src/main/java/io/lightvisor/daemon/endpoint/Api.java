package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.HttpServer;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.daemon.http.Router;
import io.lightvisor.daemon.http.ServerCertificate;
import io.lightvisor.engine.Engine;
import io.lightvisor.engine.event.Caller;
import io.lightvisor.engine.event.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The whole API over an engine: the inventory of endpoints.
public final class Api {
    private static final System.Logger LOG = System.getLogger("lightvisor.daemon");

    private final Engine engine;
    private final HttpServer http;
    private final ServerFacts server;
    private final Listening listening;

    /// @param folder  of all state
    /// @param version our own
    public Api(
            Path folder,
            Engine engine,
            HttpServer http,
            ServerCertificate certificate,
            String version,
            LogAudience audience,
            Ending ending) {
        this.engine = engine;
        this.http = http;
        this.server = new ServerFacts(certificate);
        this.listening = new Listening(http, certificate, server);
        http.serve(new Router(routes(folder, version, audience, ending)));
        http.allowOrigins(CrossOrigin.headers(engine.settings().current()));
        engine.settings().onChange((before, after) -> {
            http.allowOrigins(CrossOrigin.headers(after));
            String address = after.get("core.https_address", "");
            if (!address.equals(before.get("core.https_address", ""))) {
                listening.apply(address);
            }
        });
    }

    /// Listens on the network where that is configured. What cannot be had is a warning: the socket goes
    /// on.
    public void listenOnNetwork() {
        String address = engine.settings().current().get("core.https_address", "");
        try {
            listening.apply(address);
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "not listening on the network", e);
            engine.warnings().raise("Network unavailable", "high", String.valueOf(e.getMessage()), "");
        }
    }

    private List<Route> routes(Path folder, String version, LogAudience audience, Ending ending) {
        var all = new ArrayList<Route>();
        all.addAll(new ServerEndpoint(
                        engine.store(), engine.settings(), engine.pools(), engine.storageDrivers(), server, version)
                .routes());
        all.addAll(new InternalEndpoint(http.gate(), ending).routes());
        all.addAll(new HostEndpoint(server).routes());
        all.addAll(new ConfigKeysEndpoint().routes());
        all.addAll(new EventsEndpoint(engine.events(), audience).routes());
        all.addAll(new OperationsEndpoint(engine.operations(), engine.events()).routes());
        all.addAll(new CertificatesEndpoint(engine.certificates(), engine.settings(), server).routes());
        all.addAll(new WarningsEndpoint(engine.warnings()).routes());
        all.addAll(new ProjectsEndpoint(engine.projects(), engine.operations(), engine.store()).routes());
        all.addAll(new ProfilesEndpoint(engine.profiles()).routes());
        all.addAll(new PoolsEndpoint(engine.pools()).routes());
        all.addAll(new NetworksEndpoint(engine.networks()).routes());
        all.addAll(new ImagesEndpoint(engine.images(), engine.instances(), engine.operations()).routes());
        all.addAll(new AliasesEndpoint(engine.images()).routes());
        all.addAll(new SnapshotsEndpoint(engine.instances().snapshots()).routes());
        var backups = new BackupsEndpoint(engine.backups());
        all.addAll(backups.routes());
        all.addAll(new RecoverEndpoint(engine.recovery()).routes());
        all.addAll(new InstancesEndpoint(engine.instances(), engine.operations(), backups).routes());
        all.addAll(new WaitEndpoint(engine.instances().waits()).routes());
        all.addAll(new ExecEndpoint(engine.instances()).routes());
        all.addAll(new MetadataEndpoint(engine.instances()).routes());
        all.addAll(new FilesEndpoint(engine.instances()).routes());
        all.addAll(new SftpEndpoint(engine.instances()).routes());
        all.addAll(new LogsEndpoint(engine.instances()).routes());
        return all.stream().map(Api::naming).toList();
    }

    /// Binds who asks around the handlers that change something, so that the events they tell can name
    /// them.
    private static Route naming(Route route) {
        if (route.method().equals("GET")) {
            return route;
        }
        return new Route(
                route.method(),
                route.pattern(),
                route.access(),
                route.where(),
                call -> ScopedValue.where(Caller.CURRENT, requestor(call))
                        .call(() -> route.handler().handle(call)));
    }

    private static Event.Requestor requestor(Call call) {
        var caller = call.caller();
        return new Event.Requestor(caller.username(), caller.protocol(), caller.address());
    }
}
