package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.Percent;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.instance.Instances;
import io.lightvisor.engine.instance.LogFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `/1.0/instances/{name}/logs`.
final class LogsEndpoint {
    private final Instances instances;

    LogsEndpoint(Instances instances) {
        this.instances = instances;
    }

    List<Route> routes() {
        var routes = new ArrayList<Route>();
        for (String noun : InstancesEndpoint.NOUNS) {
            String all = "/1.0/" + noun + "/{name}/logs";
            routes.add(Route.of("GET", all, this::list));
            routes.add(Route.of("GET", all + "/{file}", this::get));
            routes.add(Route.of("DELETE", all + "/{file}", this::delete));
        }
        return routes;
    }

    private Answer list(Call call) {
        var urls = new ArrayList<String>();
        for (String name : LogFiles.list(instances.logFolder(InstancesEndpoint.ref(call)))) {
            urls.add(InstancesEndpoint.urlOf(call) + "/logs/" + Percent.encode(name)
                    + InstancesEndpoint.querySuffix(call));
        }
        return Answer.sync(urls);
    }

    private Answer get(Call call) {
        String name = call.variable(1);
        byte[] bytes = LogFiles.read(instances.logFolder(InstancesEndpoint.ref(call)), name);
        return new Answer.Ready(
                200,
                "application/octet-stream",
                bytes,
                Map.of("Content-Disposition", "inline;filename=\"" + Percent.encode(name) + "\""));
    }

    private Answer delete(Call call) {
        LogFiles.delete(instances.logFolder(InstancesEndpoint.ref(call)), call.variable(1));
        return Answer.empty();
    }
}
