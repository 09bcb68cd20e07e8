package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.instance.InstanceWaits;
import io.lightvisor.engine.instance.InstanceWaits.Goal;
import io.lightvisor.model.Instance;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.Problem;
import java.time.Duration;
import java.util.List;

/// `GET /1.0/instances/NAME/wait?for=GOAL&timeout=SECONDS`, which LXD does not have (extension
/// `instance_wait`): answers once the instance is `running`, `stopped`, `healthy` or `ready`, or has an
/// `ip`; 408 when the time is over.
final class WaitEndpoint {
    private static final long LONGEST_SECONDS = 86_400;

    private final InstanceWaits waits;

    WaitEndpoint(InstanceWaits waits) {
        this.waits = waits;
    }

    List<Route> routes() {
        return List.of(Route.of("GET", "/1.0/instances/{name}/wait", this::await));
    }

    private Answer await(Call call) throws Exception {
        var ref = new Instance.Ref(call.project(), new InstanceName(call.variable(0)));
        var goal = goal(call.query("for"));
        long seconds = seconds(call.query("timeout"));
        return waits.await(ref, goal, Duration.ofSeconds(seconds))
                ? Answer.sync(null)
                : Answer.error(
                        408,
                        "Instance \"" + ref.name() + "\" is not " + words(goal) + " after " + seconds + " seconds");
    }

    private static Goal goal(String text) {
        return switch (text) {
            case "running" -> Goal.RUNNING;
            case "stopped" -> Goal.STOPPED;
            case "ip" -> Goal.IP;
            case "healthy" -> Goal.HEALTHY;
            case "ready" -> Goal.READY;
            default ->
                throw Problem.badValue("condition to wait for", text, "it is running, stopped, ip, healthy or ready")
                        .exception();
        };
    }

    private static String words(Goal goal) {
        return switch (goal) {
            case RUNNING -> "running";
            case STOPPED -> "stopped";
            case IP -> "reachable by an address";
            case HEALTHY -> "healthy";
            case READY -> "ready";
        };
    }

    private static long seconds(String text) {
        if (text.isEmpty()) {
            return LONGEST_SECONDS;
        }
        try {
            long seconds = Long.parseLong(text);
            return seconds < 0 ? LONGEST_SECONDS : Math.min(LONGEST_SECONDS, seconds);
        } catch (NumberFormatException e) {
            throw Problem.badRequest("timeout is a number of seconds, -1 for none")
                    .exception(e);
        }
    }
}
