package io.lightvisor.engine.instance;

import io.lightvisor.container.ExecSession;
import io.lightvisor.container.ExecSpec;
import io.lightvisor.container.RunningContainer;
import io.lightvisor.container.WindowSize;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.operation.Channel;
import io.lightvisor.engine.operation.Channels;
import io.lightvisor.engine.operation.Operation;
import io.lightvisor.engine.operation.SecretChannels;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Runs a command in a container and carries its streams: one operation per call.
///
///     client --"0"--> stdin     stdout --"1"--> client     stderr --"2"--> client     (not interactive)
///     client <--"0"--> terminal                                                       (interactive)
///     client --"control"--> window size, signals; lost while the command runs: SIGKILL
///
/// An empty text frame ends a stream in either direction. The command's end is told by the operation's
/// `return`: 0
/// to 255, 128 + n for a signal.
final class ExecCommand {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int BUFFER = 64 * 1024;
    private static final int SIGHUP = 1;
    private static final int SIGKILL = 9;
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final World world;

    ExecCommand(World world) {
        this.world = world;
    }

    Operation submit(ExpandedInstance expanded, Run run, ExecRequest request) {
        var instance = expanded.instance();
        if (request.command().isEmpty() || request.command().getFirst().isEmpty()) {
            throw Problem.badRequest("No command given: the command of an exec is a list of at least one word")
                    .exception();
        }
        var spec = spec(expanded, request);
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("command", request.command());
        metadata.put("environment", spec.environment());
        metadata.put("interactive", request.interactive());
        var resources = Map.of(
                "instances", List.of(Urls.of("instances", instance.name().value(), instance.project())),
                "containers", List.of(Urls.of("containers", instance.name().value(), instance.project())));
        if (!request.connected()) {
            return world.operations().task(instance.project(), "Executing command", resources, op -> {
                metadata.forEach(op::quietMetadata);
                unconnected(op, instance, run.container(), spec, request);
            });
        }
        var channels = request.interactive()
                ? new SecretChannels(Set.of("0"), Set.of("control"))
                : new SecretChannels(Set.of("0", "1", "2"), Set.of("control"));
        metadata.put("fds", channels.secrets());
        return world.operations()
                .websocket(
                        instance.project(),
                        "Executing command",
                        resources,
                        metadata,
                        (Channels) channels,
                        op -> connected(op, instance, run.container(), spec, request, channels));
    }

    private static ExecSpec spec(ExpandedInstance expanded, ExecRequest request) {
        var env = new TreeMap<String, String>();
        env.put("PATH", PATH);
        env.put("LANG", "C.UTF-8");
        if (request.user() == 0) {
            env.put("HOME", "/root");
            env.put("USER", "root");
        }
        expanded.config().forEach((k, v) -> {
            if (k.startsWith("environment.")) {
                env.put(k.substring("environment.".length()), v);
            }
        });
        env.putAll(request.environment());
        String cwd = request.cwd().isEmpty() ? env.getOrDefault("HOME", "/") : request.cwd();
        Optional<WindowSize> terminal = request.interactive()
                ? Optional.of(new WindowSize(request.width(), request.height()))
                : Optional.empty();
        return new ExecSpec(
                request.command(),
                env,
                cwd,
                request.user(),
                request.group(),
                terminal,
                StartSpecs.rlimits(expanded.config()));
    }

    private void told(Instance instance, ExecRequest request) {
        world.events()
                .lifecycle(
                        instance.project(),
                        "instance-exec",
                        Urls.of("instances", instance.name().value(), instance.project()),
                        Map.of("command", request.command()));
    }

    private void connected(
            Operation op,
            Instance instance,
            RunningContainer container,
            ExecSpec spec,
            ExecRequest request,
            SecretChannels channels)
            throws Exception {
        try {
            channels.awaitRequired(CONNECT);
            try (var session = container.exec(spec)) {
                told(instance, request);
                carry(op, session, request, channels);
            }
        } finally {
            channels.release();
        }
    }

    private static void carry(Operation op, ExecSession session, ExecRequest request, SecretChannels channels)
            throws Exception {
        var control = Thread.ofVirtual().name("exec control").start(() -> obey(session, request, channels));
        var inputChannel = channels.require("0");
        var input = Thread.ofVirtual()
                .name("exec stdin")
                .start(() -> toCommand(inputChannel, session.stdin(), request.interactive() ? session : null));
        var outputs = new ArrayList<Thread>();
        if (request.interactive()) {
            outputs.add(fromCommand("terminal", session.stdout(), inputChannel));
        } else {
            outputs.add(fromCommand("stdout", session.stdout(), channels.require("1")));
            outputs.add(fromCommand("stderr", session.stderr(), channels.require("2")));
        }
        int status = session.awaitExit();
        for (var output : outputs) {
            output.join();
        }
        control.interrupt();
        input.interrupt();
        op.quietMetadata("return", status);
        if (status == 127) {
            throw Problem.failed("Command not found", "").exception();
        }
        if (status == 126) {
            throw Problem.failed("Command not executable", "").exception();
        }
    }

    private static void obey(ExecSession session, ExecRequest request, SecretChannels channels) {
        try {
            var control = channels.await("control");
            for (var message = control.receive(); message != null; message = control.receive()) {
                request.control().read(message).ifPresent(wish -> {
                    switch (wish) {
                        case ExecRequest.Control.Resize r -> session.resize(r.width(), r.height());
                        case ExecRequest.Control.Signal s -> session.signal(s.number());
                    }
                });
            }
            // The client is gone while its command runs: nobody will read what it writes, nobody can end it.
            session.signal(SIGKILL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "control channel of an exec ended: " + e.getMessage());
            session.signal(SIGKILL);
        }
    }

    /// Carries the client's input. A client of a terminal that says it has no more (its input is a file,
    /// say) still
    /// wants to see what comes; one that vanishes hangs its terminal up, as a modem line would.
    private static void toCommand(Channel from, OutputStream into, @Nullable ExecSession terminal) {
        try (OutputStream _ = terminal == null ? into : OutputStream.nullOutputStream()) {
            var message = from.receive();
            while (message != null && !message.isEnd()) {
                write(into, message.data());
                message = from.receive();
            }
            if (terminal != null && message == null) {
                terminal.signal(SIGHUP);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "stdin of an exec ended: " + e.getMessage());
        }
    }

    private static void write(OutputStream into, ByteBuffer data) throws IOException {
        if (data.hasArray()) {
            into.write(data.array(), data.arrayOffset() + data.position(), data.remaining());
        } else {
            var copy = new byte[data.remaining()];
            data.get(copy);
            into.write(copy);
        }
        into.flush();
    }

    private static Thread fromCommand(String name, InputStream from, Channel into) {
        return Thread.ofVirtual().name("exec " + name).start(() -> {
            var buffer = new byte[BUFFER];
            boolean listening = true;
            try {
                for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                    if (n > 0 && !send(into, buffer, n)) {
                        // Nobody reads this any more: the command shall find its pipe broken, as in a shell.
                        listening = false;
                        from.close();
                        break;
                    }
                }
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, name + " of an exec ended: " + e.getMessage());
            }
            if (listening) {
                try {
                    into.sendEnd();
                } catch (IOException e) {
                    LOG.log(System.Logger.Level.DEBUG, "client of an exec is gone: " + e.getMessage());
                }
            }
        });
    }

    /// Whether the client took it.
    private static boolean send(Channel into, byte[] buffer, int n) {
        try {
            into.send(ByteBuffer.wrap(buffer, 0, n));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void unconnected(
            Operation op, Instance instance, RunningContainer container, ExecSpec spec, ExecRequest request)
            throws Exception {
        try (var session = container.exec(spec)) {
            told(instance, request);
            session.stdin().close();
            var folder = world.logs(instance.hostName());
            var kept = new LinkedHashMap<String, Object>();
            var outputs = new ArrayList<Thread>();
            outputs.add(keep(op, instance, folder, "stdout", "1", session.stdout(), request.record(), kept));
            outputs.add(keep(op, instance, folder, "stderr", "2", session.stderr(), request.record(), kept));
            int status = session.awaitExit();
            for (var output : outputs) {
                output.join();
            }
            if (request.record()) {
                op.quietMetadata("output", kept);
            }
            op.quietMetadata("return", status);
            if (status == 127) {
                throw Problem.failed("Command not found", "").exception();
            }
            if (status == 126) {
                throw Problem.failed("Command not executable", "").exception();
            }
        }
    }

    private static Thread keep(
            Operation op,
            Instance instance,
            Path folder,
            String stream,
            String number,
            InputStream from,
            boolean record,
            Map<String, Object> kept)
            throws IOException {
        OutputStream into = OutputStream.nullOutputStream();
        if (record) {
            String file = "exec_" + op.id() + "." + stream;
            Files.createDirectories(folder);
            into = Files.newOutputStream(folder.resolve(file));
            kept.put(number, "/1.0/instances/" + instance.name() + "/logs/" + file);
        }
        var target = into;
        return Thread.ofVirtual().name("exec " + stream).start(() -> {
            try (target) {
                from.transferTo(target);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "cannot keep " + stream + " of an exec: " + e.getMessage());
            }
        });
    }
}
