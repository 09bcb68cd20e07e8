package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiAnswer;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.api.http.WebSocket;
import io.lightvisor.api.http.WebSocketHandshake;
import io.lightvisor.cli.config.ClientConfig;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.spec.UsageException;
import io.lightvisor.cli.terminal.Terminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.ArrayList;

/// `lxc exec`.
public final class ExecCommand implements Command {
    @Override
    public Spec spec() {
        return Spec.leaf(
                        "exec",
                        "[<remote>:]<instance> [flags] [--] <command line>",
                        2,
                        -1,
                        "Run a command in an instance")
                .takesCommand()
                .text(' ', "cwd", "", "Directory to run it in (default /root)")
                .flag('n', "disable-stdin", "Give it /dev/null to read")
                .list(' ', "env", "Set a variable of its environment: KEY=value")
                .flag('t', "force-interactive", "Give it a terminal")
                .flag('T', "force-noninteractive", "Give it no terminal")
                .text(' ', "group", "", "Group id to run it as (default 0)")
                .text(' ', "mode", "auto", "Terminal: auto, interactive or non-interactive")
                .text(' ', "user", "", "User id to run it as (default 0)")
                .details("""
                        The command is run as it is, not by a shell: for pipes and variables write
                          lxc exec c1 -- sh -c "cd /tmp && ls | wc -l"
                        It gets a terminal if both standard input and output are one. The exit code is the command's own; 126
                        if it cannot be run, 127 if it is not there, 128 and its number if a signal ended it.""");
    }

    @Override
    public int run(Invocation in, Session session)
            throws IOException, ApiException, CliException, UsageException, InterruptedException {
        Place place = session.place(in.arg(0));
        boolean interactive = isInteractive(in);
        JsonObject environment = new JsonObject();
        if (!ClientConfig.environment("TERM").isEmpty()) {
            environment.put("TERM", ClientConfig.environment("TERM"));
        }
        for (String pair : in.list("env")) {
            int equals = pair.indexOf('=');
            environment.put(
                    equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
        }
        JsonObject body = new JsonObject()
                .put("command", new ArrayList<>(in.argsFrom(1)))
                .put("wait-for-websocket", true)
                .put("interactive", interactive)
                .put("environment", environment);
        if (interactive) {
            body.put("width", Terminal.columns()).put("height", Terminal.rows());
        }
        if (in.has("user")) {
            body.put("user", in.number("user"));
        }
        if (in.has("group")) {
            body.put("group", in.number("group"));
        }
        body.putText("cwd", in.text("cwd"));
        ApiClient api = place.api();
        ApiAnswer answer = api.call("POST", "/1.0/instances/" + place.segment() + "/exec", body);
        int code = interactive
                ? interactive(api, answer, in.has("disable-stdin"))
                : streams(api, answer, in.has("disable-stdin"));
        return code;
    }

    private static boolean isInteractive(Invocation in) throws CliException {
        if (in.has("force-interactive") && in.has("force-noninteractive")) {
            throw new CliException("You can't pass -t and -T at the same time");
        }
        String mode = in.text("mode");
        if ((in.has("force-interactive") || in.has("force-noninteractive")) && !mode.equals("auto")) {
            throw new CliException("You can't pass -t or -T at the same time as --mode");
        }
        if (in.has("force-interactive")) {
            return true;
        }
        if (in.has("force-noninteractive")) {
            return false;
        }
        return switch (mode) {
            case "interactive" -> true;
            case "non-interactive" -> false;
            default -> !in.has("disable-stdin") && Terminal.isInput() && Terminal.isOutput();
        };
    }

    private static String channel(ApiAnswer answer, String name) throws CliException {
        String secret = answer.object().object("metadata").object("fds").text(name);
        if (secret.isEmpty()) {
            throw new CliException("the server gave no channel \"" + name + "\"");
        }
        return answer.operation() + "/websocket?secret=" + secret;
    }

    /// Three streams, each on a socket of its own. All are asked for before the first answer is read: one wait, not
    /// four.
    private static int streams(ApiClient api, ApiAnswer answer, boolean noInput)
            throws IOException, ApiException, CliException, InterruptedException {
        WebSocketHandshake[] asked = new WebSocketHandshake[4];
        String[] names = {"0", "1", "2", "control"};
        for (int i = 0; i < 4; i++) {
            asked[i] = api.askWebSocket(channel(answer, names[i]));
        }
        WebSocket[] sockets = new WebSocket[4];
        for (int i = 0; i < 4; i++) {
            sockets[i] = ApiClient.granted(asked[i]);
        }
        watchSignals(sockets[3], false);
        if (noInput) {
            sockets[0].sendEndOfStream();
        } else {
            Pump.up(Terminal.input(), sockets[0]);
        }
        Thread errors = Pump.down(sockets[2], new FileOutputStream(FileDescriptor.err));
        Pump.copy(sockets[1], new FileOutputStream(FileDescriptor.out));
        errors.join();
        return result(api, answer);
    }

    private static int interactive(ApiClient api, ApiAnswer answer, boolean noInput)
            throws IOException, ApiException, CliException {
        WebSocketHandshake controlAsked = api.askWebSocket(channel(answer, "control"));
        WebSocketHandshake streamAsked = api.askWebSocket(channel(answer, "0"));
        WebSocket control = ApiClient.granted(controlAsked);
        WebSocket stream = ApiClient.granted(streamAsked);
        Terminal.raw();
        try {
            watchSignals(control, true);
            if (!noInput) {
                Pump.up(Terminal.input(), stream);
            }
            Pump.copy(stream, new FileOutputStream(FileDescriptor.out));
            return result(api, answer);
        } finally {
            Terminal.restore();
        }
    }

    /// Hands signals on to the command, and the size of the window whenever it changes.
    private static void watchSignals(WebSocket control, boolean interactive) throws IOException {
        Terminal.take(
                new Terminal.SignalHandler() {
                    @Override
                    public void signal(int number) throws IOException {
                        if (number != Terminal.SIGWINCH) {
                            control.sendText(new JsonObject()
                                    .put("command", "signal")
                                    .put("args", null)
                                    .put("signal", number)
                                    .toString());
                        } else if (interactive) {
                            resize(control);
                        }
                    }
                },
                Terminal.SIGHUP,
                Terminal.SIGINT,
                Terminal.SIGQUIT,
                Terminal.SIGUSR1,
                Terminal.SIGUSR2,
                Terminal.SIGTERM,
                Terminal.SIGCONT,
                Terminal.SIGWINCH);
        if (interactive) {
            resize(control);
        }
    }

    static void resize(WebSocket control) throws IOException {
        JsonObject size = new JsonObject()
                .put("width", Integer.toString(Terminal.columns()))
                .put("height", Integer.toString(Terminal.rows()));
        control.sendText(new JsonObject()
                .put("command", "window-resize")
                .put("args", size)
                .put("signal", 0)
                .toString());
    }

    private static int result(ApiClient api, ApiAnswer answer) throws IOException, ApiException, CliException {
        JsonObject operation = answer.object();
        while (operation.number("status_code") < 200) {
            operation = api.get(answer.operation() + "/wait?timeout=20");
        }
        JsonObject metadata = operation.object("metadata");
        if (operation.number("status_code") != 200) {
            if (metadata.number("return") == 0) {
                ApiClient.check(operation);
            }
            throw new ExitWithMessage((int) metadata.number("return"), operation.text("err"));
        }
        return (int) metadata.number("return");
    }

    /// The command could not be run: its code is the client's, and the server said why.
    public static final class ExitWithMessage extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int code;

        ExitWithMessage(int code, String message) {
            super(message);
            this.code = code;
        }

        /// The exit code.
        public int code() {
            return code;
        }
    }
}
