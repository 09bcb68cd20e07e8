package io.lightvisor.daemon.init;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.daemon.command.CommandFailure;
import io.lightvisor.daemon.command.Flags;
import io.lightvisor.daemon.command.LocalDaemon;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// `lxd init`: asks, or takes the answers from flags or a document, and configures the running daemon by its API.
public final class InitCommand {
    private static final int MAX_PRESEED = 1 << 20;

    private InitCommand() {}

    /// Runs it.
    public static void run(Flags flags) throws CommandFailure {
        check(flags);
        try (ApiClient lxd = LocalDaemon.client()) {
            if (flags.has("dump")) {
                System.out.print(InitDump.read(lxd).yaml());
                return;
            }
            Preseed preseed;
            if (flags.has("preseed")) {
                preseed = Preseed.parse(standardInput());
            } else if (flags.has("auto") || flags.has("minimal")) {
                preseed = AutoInit.plan(ServerView.read(lxd), flags);
            } else {
                preseed = new Questions(new Prompt(), ServerView.read(lxd)).ask();
            }
            new PreseedApply(lxd).apply(preseed);
        } catch (IOException e) {
            throw LocalDaemon.unreachable(e);
        } catch (ApiException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private static void check(Flags flags) throws CommandFailure {
        if (flags.has("auto") && flags.has("preseed")) {
            throw new CommandFailure("Can't use --auto and --preseed together");
        }
        if (flags.has("minimal") && flags.has("preseed")) {
            throw new CommandFailure("Can't use --minimal and --preseed together");
        }
        if (flags.has("minimal") && flags.has("auto")) {
            throw new CommandFailure("Can't use --minimal and --auto together");
        }
        if (!flags.has("auto")) {
            for (String name : new String[] {
                "network-address",
                "network-port",
                "storage-backend",
                "storage-create-device",
                "storage-create-loop",
                "storage-pool",
                "trust-password"
            }) {
                if (!flags.value(name, "").isEmpty()) {
                    throw new CommandFailure("Configuration flags require --auto");
                }
            }
        }
    }

    private static String standardInput() throws CommandFailure {
        try {
            byte[] bytes = System.in.readNBytes(MAX_PRESEED + 1);
            if (bytes.length > MAX_PRESEED) {
                throw new CommandFailure("Failed to read from stdin: a preseed has at most 1MiB");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CommandFailure("Failed to read from stdin: " + e.getMessage(), e);
        }
    }

    /// For `--dump`: the fields of an object that a preseed has, in its order.
    static JsonObject only(JsonObject object, String... fields) {
        var kept = new JsonObject();
        for (String field : fields) {
            kept.put(field, object.get(field));
        }
        return kept;
    }
}
