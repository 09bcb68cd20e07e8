package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.ExecControl;
import io.lightvisor.api.InstanceConsolePost;
import io.lightvisor.api.InstanceExecPost;
import io.lightvisor.api.Wire;
import io.lightvisor.api.WireException;
import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.engine.instance.ExecRequest;
import io.lightvisor.engine.instance.Instances;
import io.lightvisor.engine.operation.Channel;
import io.lightvisor.model.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `/1.0/instances/{name}/exec` and `.../console`.
final class ExecEndpoint {
    private static final System.Logger LOG = System.getLogger("lightvisor.daemon");

    private final Instances instances;

    ExecEndpoint(Instances instances) {
        this.instances = instances;
    }

    List<Route> routes() {
        var routes = new ArrayList<Route>();
        for (String noun : InstancesEndpoint.NOUNS) {
            String one = "/1.0/" + noun + "/{name}";
            routes.add(Route.of("POST", one + "/exec", this::exec));
            routes.add(Route.of("POST", one + "/console", this::console));
            routes.add(Route.of("GET", one + "/console", this::consoleLog));
            routes.add(Route.of("DELETE", one + "/console", this::clearConsole));
        }
        return routes;
    }

    private Answer exec(Call call) throws IOException {
        var post = call.json(InstanceExecPost.class);
        if (post.command() == null || post.command().isEmpty()) {
            throw Problem.badRequest("No command provided").exception();
        }
        var request = new ExecRequest(
                post.command(),
                Fields.flag(post.waitForWebsocket()),
                Fields.flag(post.interactive()),
                Fields.map(post.environment()),
                size(post.width()),
                size(post.height()),
                Fields.flag(post.recordOutput()),
                id(post.user()),
                id(post.group()),
                Fields.text(post.cwd()),
                ExecEndpoint::control);
        var operation = instances.exec(InstancesEndpoint.ref(call), request);
        return Answer.operation(OperationWire.of(operation.view()));
    }

    private static int size(@Nullable Integer value) {
        return value == null || value < 0 ? 0 : Math.min(value, 0xffff);
    }

    private static long id(@Nullable Long value) {
        return value == null ? 0 : value;
    }

    /// A message of the control channel. One that is not understood is skipped: it must not end the command.
    private static Optional<ExecRequest.Control> control(Channel.Message message) {
        byte[] json = new byte[message.data().remaining()];
        message.data().get(json);
        if (json.length == 0) {
            return Optional.empty();
        }
        try {
            var control = Wire.read(ExecControl.class, json);
            return switch (Fields.text(control.command())) {
                case "window-resize" ->
                    Optional.of(new ExecRequest.Control.Resize(
                            number(control.args(), "width"), number(control.args(), "height")));
                case "signal" ->
                    control.signal() == null
                            ? Optional.empty()
                            : Optional.of(new ExecRequest.Control.Signal(control.signal()));
                default -> Optional.empty();
            };
        } catch (WireException | NumberFormatException e) {
            LOG.log(System.Logger.Level.DEBUG, "control message not understood, ignoring it", e);
            return Optional.empty();
        }
    }

    private static int number(@Nullable Map<String, String> args, String name) {
        return args == null ? 0 : size(Integer.valueOf(args.getOrDefault(name, "0")));
    }

    private Answer console(Call call) throws IOException {
        var post = call.json(InstanceConsolePost.class);
        String type = Fields.text(post.type());
        if (type.equals("vga")) {
            throw Problem.badRequest("VGA console is only supported by virtual machines")
                    .exception();
        }
        if (!type.isEmpty() && !type.equals("console")) {
            throw Problem.badRequest("Unknown console type \"" + Problem.printable(type) + "\"")
                    .exception();
        }
        var operation = instances.console(
                InstancesEndpoint.ref(call), size(post.width()), size(post.height()), ExecEndpoint::control);
        return Answer.operation(OperationWire.of(operation.view()));
    }

    private Answer consoleLog(Call call) throws InterruptedException {
        byte[] log = instances.consoleLog(InstancesEndpoint.ref(call));
        return new Answer.Ready(200, "application/octet-stream", log, Map.of());
    }

    private Answer clearConsole(Call call) throws InterruptedException {
        instances.clearConsoleLog(InstancesEndpoint.ref(call));
        return Answer.empty();
    }
}
