package io.lightvisor.engine.instance;

import io.lightvisor.container.ConsoleSession;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.operation.Channel;
import io.lightvisor.engine.operation.Channels;
import io.lightvisor.engine.operation.Operation;
import io.lightvisor.engine.operation.SecretChannels;
import io.lightvisor.model.Instance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Connects a client with the console of a running container: `0` carries the bytes both ways, `control` the
/// window
/// size; when either is
/// lost, or the container ends, the attachment ends.
final class ConsoleAttachment {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int BUFFER = 16 * 1024;

    private final World world;

    ConsoleAttachment(World world) {
        this.world = world;
    }

    Operation submit(Instance instance, Run run, int width, int height, ExecRequest.ControlReader reader) {
        var channels = new SecretChannels(Set.of("0", "control"), Set.of());
        var resources = Map.of(
                "instances", List.of(Urls.of("instances", instance.name().value(), instance.project())),
                "containers", List.of(Urls.of("containers", instance.name().value(), instance.project())));
        return world.operations()
                .websocket(
                        instance.project(),
                        "Showing console",
                        resources,
                        Map.of("fds", channels.secrets()),
                        (Channels) channels,
                        _ -> attach(instance, run, width, height, reader, channels));
    }

    private void attach(
            Instance instance,
            Run run,
            int width,
            int height,
            ExecRequest.ControlReader reader,
            SecretChannels channels)
            throws Exception {
        try {
            channels.awaitRequired(CONNECT);
            var data = channels.require("0");
            var control = channels.require("control");
            try (var session = run.container().console(width, height)) {
                world.events()
                        .lifecycle(
                                instance.project(),
                                "instance-console",
                                Urls.of("instances", instance.name().value(), instance.project()),
                                Map.of("type", "console"));
                var obeying = Thread.ofVirtual().name("console control").start(() -> obey(session, reader, control));
                var typing = Thread.ofVirtual().name("console input").start(() -> toConsole(data, session));
                fromConsole(session, data);
                obeying.interrupt();
                typing.interrupt();
            }
            data.send(ByteBuffer.wrap(new byte[] {'\n', '\r'}));
            data.sendEnd();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "console client is gone: " + e.getMessage());
        } finally {
            channels.release();
        }
    }

    private static void obey(ConsoleSession session, ExecRequest.ControlReader reader, Channel control) {
        try {
            for (var message = control.receive(); message != null; message = control.receive()) {
                reader.read(message).ifPresent(wish -> {
                    if (wish instanceof ExecRequest.Control.Resize r) {
                        session.resize(r.width(), r.height());
                    }
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "console control ended: " + e.getMessage());
        }
        session.close();
    }

    private static void toConsole(Channel data, ConsoleSession session) {
        try {
            for (var message = data.receive(); message != null && !message.isEnd(); message = data.receive()) {
                var bytes = new byte[message.data().remaining()];
                message.data().get(bytes);
                session.input().write(bytes);
                session.input().flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "console input ended: " + e.getMessage());
        }
        session.close();
    }

    private static void fromConsole(ConsoleSession session, Channel data) {
        var buffer = new byte[BUFFER];
        try {
            for (int n = session.output().read(buffer);
                    n >= 0;
                    n = session.output().read(buffer)) {
                data.send(ByteBuffer.wrap(buffer, 0, n));
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "console output ended: " + e.getMessage());
        }
    }
}
