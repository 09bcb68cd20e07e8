package io.lightvisor.cli.commands;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Operations;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.spec.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `lxc start`, `stop`, `restart`, `pause`.
public final class StateCommand implements Command {
    private final String name;

    /// The one of that name.
    public StateCommand(String name) {
        this.name = name;
    }

    @Override
    public Spec spec() {
        String summary = switch (name) {
            case "start" -> "Start instances";
            case "stop" -> "Stop instances";
            case "restart" -> "Restart instances";
            default -> "Pause instances";
        };
        Spec spec = Spec.leaf(name, "[<remote>:]<instance> [[<remote>:]<instance>...]", 0, -1, summary);
        spec.flag(' ', "all", "All instances of the project");
        if (!name.equals("pause")) {
            spec.optional("console", "console", "Attach to the console");
        }
        if (name.equals("start")) {
            spec.flag(' ', "stateless", "Forget the state that was kept");
        }
        if (name.equals("stop") || name.equals("restart")) {
            spec.flag('f', "force", "Kill it instead of asking it to end");
            spec.text(' ', "timeout", "-1", "Seconds to wait before giving up; -1 for ever");
        }
        if (name.equals("stop")) {
            spec.flag(' ', "stateful", "Keep the state of its processes");
        }
        return name.equals("pause") ? spec.rare() : spec;
    }

    @Override
    public int run(Invocation in, Session session)
            throws IOException, ApiException, CliException, UsageException, InterruptedException {
        JsonObject body = new JsonObject()
                .put("action", name.equals("pause") ? "freeze" : name)
                .put("timeout", in.has("timeout") ? in.number("timeout") : -1)
                .put("force", in.has("force"))
                .put("stateful", name.equals("start") ? !in.has("stateless") : in.has("stateful"));
        if (in.has("all")) {
            return all(in, session, body);
        }
        if (in.count() == 0) {
            throw new UsageException("which instance? " + "lxc " + name + " <instance>, or --all");
        }
        if (in.has("console")) {
            if (in.count() != 1) {
                throw new CliException("--console only works with a single instance");
            }
            Place place = session.place(in.arg(0));
            if (name.equals("stop") || name.equals("restart")) {
                return ConsoleCommand.attachWhile(session, place, in.text("console"), body);
            }
            change(session, place, body, label());
            return ConsoleCommand.attach(session, place, in.text("console"));
        }
        List<Place> places = new ArrayList<>();
        for (String arg : in.args()) {
            places.add(session.place(arg));
        }
        return many(session, places, body);
    }

    private String label() {
        return switch (name) {
            case "start" -> "Starting";
            case "stop" -> "Stopping";
            case "restart" -> "Restarting";
            default -> "Pausing";
        };
    }

    private int all(Invocation in, Session session, JsonObject body)
            throws IOException, ApiException, CliException, InterruptedException {
        List<Place> places = new ArrayList<>();
        Place remote = session.remote(in.argOrEmpty(0));
        for (JsonObject instance : remote.api().getList("/1.0/instances?recursion=1")) {
            String status = instance.text("status");
            boolean fits = name.equals("start") ? !status.equals("Running") : status.equals("Running");
            if (fits || (name.equals("stop") && status.equals("Frozen"))) {
                places.add(remote.named(instance.text("name")));
            }
        }
        return many(session, places, body);
    }

    /// Changes all at once, each on a thread of its own, and tells of every failure.
    private int many(Session session, List<Place> places, JsonObject body)
            throws IOException, ApiException, CliException, InterruptedException {
        if (places.size() == 1) {
            change(session, places.get(0), body, label());
            return 0;
        }
        ArrayList<String> failures = new ArrayList<>();
        ArrayList<Thread> threads = new ArrayList<>();
        for (Place place : places) {
            place.api();
            Thread thread = new Thread(place.name()) {
                @Override
                public void run() {
                    try {
                        send(session, place, body, label());
                    } catch (IOException | ApiException | CliException | RuntimeException failure) {
                        synchronized (failures) {
                            failures.add(place.name() + ": error: " + failure.getMessage());
                        }
                    }
                }
            };
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (failures.isEmpty()) {
            return 0;
        }
        failures.sort(null);
        for (String failure : failures) {
            session.err().println(failure);
        }
        session.err().println("");
        throw new CliException("Some instances failed to " + name);
    }

    /// Changes one, with a hint at its log if that fails.
    static void change(Session session, Place place, JsonObject body, String label)
            throws IOException, ApiException, CliException {
        try {
            send(session, place, body, label);
        } catch (ApiException failure) {
            if (!failure.isOfOperation() || body.text("action").equals("stop")) {
                throw failure;
            }
            throw new ApiException(
                    failure.code(),
                    failure.getMessage() + "\nTry `lxc info --show-log " + place.given() + "` for more info");
        }
    }

    private static void send(Session session, Place place, JsonObject body, String label)
            throws IOException, ApiException, CliException {
        String path = "/1.0/instances/" + place.segment();
        JsonObject sent = body;
        if (body.text("action").equals("start")) {
            // A frozen instance goes on where it was; and only one with kept state may be started from it.
            JsonObject instance = place.api().get(path);
            boolean frozen = instance.text("status").equals("Frozen");
            sent = new JsonObject()
                    .put("action", frozen ? "unfreeze" : "start")
                    .put("timeout", body.number("timeout"))
                    .put("force", false)
                    .put("stateful", !frozen && body.flag("stateful") && instance.flag("stateful"));
        }
        Operations.run(session, place.api(), "PUT", path + "/state", sent, label);
    }
}
