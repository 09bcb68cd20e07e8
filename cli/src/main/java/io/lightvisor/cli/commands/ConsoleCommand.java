package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiAnswer;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.api.http.HttpResponse;
import io.lightvisor.api.http.WebSocket;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.terminal.Terminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// `lxc console`.
public final class ConsoleCommand implements Command {
    private static final int CONTROL_A = 1;
    private static final int LARGEST_LOG = 64 * 1024 * 1024;

    @Override
    public Spec spec() {
        return Spec.leaf("console", "[<remote>:]<instance>", 1, 1, "Attach to the console of an instance")
                .flag(' ', "show-log", "Print what the console has shown so far")
                .text('t', "type", "console", "console, or vga for the screen of a virtual machine")
                .details("Control-A, then q, detaches.");
    }

    @Override
    public int run(Invocation in, Session session) throws IOException, ApiException, CliException {
        Place place = session.place(in.arg(0));
        if (in.has("show-log")) {
            ApiClient api = place.api();
            try (HttpResponse log = api.open(api.request("GET", "/1.0/instances/" + place.segment() + "/console"))) {
                String text = new String(log.bytes(LARGEST_LOG), StandardCharsets.UTF_8);
                session.out()
                        .println("\nConsole log:\n\n"
                                + text.replace("\r\n", "\n").trim() + "\n");
            }
            return 0;
        }
        return attach(session, place, in.text("type"));
    }

    /// Attaches until the user detaches or the instance ends.
    static int attach(Session session, Place place, String type) throws IOException, ApiException, CliException {
        return attach(session, place, type, null);
    }

    /// Attaches, then changes the state, and shows the end of it.
    static int attachWhile(Session session, Place place, String type, JsonObject change)
            throws IOException, ApiException, CliException {
        return attach(session, place, type, change);
    }

    private static int attach(
            Session session, Place place, String type, @org.jspecify.annotations.Nullable JsonObject change)
            throws IOException, ApiException, CliException {
        if (!type.equals("console")) {
            throw new CliException("the console type \"" + type + "\" is not known; only \"console\" is");
        }
        ApiClient api = place.api();
        JsonObject body = new JsonObject()
                .put("width", Terminal.columns())
                .put("height", Terminal.rows())
                .put("type", type);
        ApiAnswer answer = api.call("POST", "/1.0/instances/" + place.segment() + "/console", body);
        JsonObject fds = answer.object().object("metadata").object("fds");
        String path = answer.operation() + "/websocket?secret=";
        WebSocket control = api.webSocket(path + fds.text("control"));
        WebSocket stream = api.webSocket(path + fds.text("0"));
        session.out().println("To detach from the console, press: <ctrl>+a q");
        session.out().flush();
        Terminal.raw();
        try {
            watchSize(control);
            keys(stream, control);
            if (change != null) {
                Thread changer = new Thread("change") {
                    @Override
                    public void run() {
                        try {
                            api.run("PUT", "/1.0/instances/" + place.segment() + "/state", change);
                        } catch (IOException | ApiException failure) {
                            session.err().println("\r\n" + failure.getMessage() + "\r");
                            session.err().flush();
                        }
                    }
                };
                changer.setDaemon(true);
                changer.start();
            }
            Pump.copy(stream, new FileOutputStream(FileDescriptor.out));
        } finally {
            Terminal.restore();
        }
        return 0;
    }

    private static void watchSize(WebSocket control) throws IOException {
        ExecCommand.resize(control);
        Terminal.take(
                new Terminal.SignalHandler() {
                    @Override
                    public void signal(int number) throws IOException {
                        if (number == Terminal.SIGWINCH) {
                            ExecCommand.resize(control);
                        }
                    }
                },
                Terminal.SIGWINCH);
    }

    /// Hands the keys on. Control-A is held back until the next key: `q` detaches, a second control-A is one for the
    /// instance.
    private static void keys(WebSocket stream, WebSocket control) {
        Thread reader = new Thread("keys") {
            @Override
            public void run() {
                InputStream in = Terminal.input();
                byte[] buffer = new byte[4096];
                byte[] out = new byte[2 * buffer.length];
                boolean held = false;
                try {
                    int n;
                    while ((n = in.read(buffer, 0, buffer.length)) >= 0) {
                        int length = 0;
                        for (int i = 0; i < n; i++) {
                            byte key = buffer[i];
                            if (held) {
                                held = false;
                                if (key == 'q') {
                                    stream.sendBinary(out, 0, length);
                                    control.sendClose();
                                    stream.sendClose();
                                    return;
                                }
                                out[length++] = CONTROL_A;
                                if (key == CONTROL_A) {
                                    continue;
                                }
                            } else if (key == CONTROL_A) {
                                held = true;
                                continue;
                            }
                            out[length++] = key;
                        }
                        if (length > 0) {
                            stream.sendBinary(out, 0, length);
                        }
                    }
                    control.sendClose();
                    stream.sendClose();
                } catch (IOException gone) {
                    // The console has ended.
                }
            }
        };
        reader.setDaemon(true);
        reader.start();
    }
}
