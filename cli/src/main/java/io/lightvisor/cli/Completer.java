package io.lightvisor.cli;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.client.ApiClient;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.commands.Command;
import io.lightvisor.cli.config.Remote;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Place;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Flag;
import io.lightvisor.cli.spec.GlobalFlags;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.spec.UsageException;
import io.lightvisor.cli.terminal.Output;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Answers what the last word of a command line may become: commands, flags, and the names that the server knows. Which
/// names, the declared usage of the command tells (`<instance>`, `<profile>`, ...).
final class Completer {
    private final Session session;
    private final String last;
    private final ArrayList<String> found = new ArrayList<>();

    private Completer(Session session, String last) {
        this.session = session;
        this.last = last;
    }

    /// The words that fit, for a command line without `lxc`; the last word may be empty.
    static List<String> complete(List<String> words, Output out, Output err) throws UsageException {
        String last = words.isEmpty() ? "" : words.get(words.size() - 1);
        Session session = new Session(out, err, Invocation.parse(GlobalFlags.SPEC, List.of()), null);
        Completer completer = new Completer(session, last);
        try {
            completer.complete(words.isEmpty() ? words : words.subList(0, words.size() - 1));
        } catch (IOException | ApiException | CliException unknown) {
            // A server that does not answer has no names to offer.
        }
        return completer.found;
    }

    private void offer(String word) {
        if (word.startsWith(last)) {
            found.add(word);
        }
    }

    private void complete(List<String> before) throws IOException, ApiException, CliException {
        Spec spec = null;
        int argument = 0;
        boolean value = false;
        for (String word : before) {
            if (value) {
                value = false;
            } else if (word.startsWith("-")) {
                value = takesValue(spec, word);
            } else if (spec == null) {
                Command command = CommandTable.find(word);
                if (command == null) {
                    return;
                }
                spec = command.spec();
            } else if (spec.isGroup()) {
                spec = spec.child(word);
                if (spec == null) {
                    return;
                }
            } else {
                argument++;
            }
        }
        if (value) {
            return;
        }
        if (last.startsWith("-")) {
            flags(spec == null ? GlobalFlags.SPEC : spec);
            if (spec != null) {
                flags(GlobalFlags.SPEC);
            }
        } else if (spec == null) {
            for (Spec each : CommandTable.specs()) {
                offer(each.name());
            }
        } else if (spec.isGroup()) {
            for (Spec each : spec.children()) {
                offer(each.name());
            }
        } else {
            names(usageWord(spec.usage(), argument));
            keys(spec, argument);
        }
    }

    private static boolean takesValue(@Nullable Spec spec, String word) {
        if (word.indexOf('=') >= 0) {
            return false;
        }
        for (Spec each : spec == null ? List.of(GlobalFlags.SPEC) : List.of(spec, GlobalFlags.SPEC)) {
            Flag flag = word.startsWith("--")
                    ? each.flagNamed(word.substring(2))
                    : each.flagOf(word.charAt(word.length() - 1));
            if (flag != null) {
                return flag.kind() == Flag.Kind.TEXT || flag.kind() == Flag.Kind.LIST;
            }
        }
        return false;
    }

    private void flags(Spec spec) {
        for (Flag flag : spec.flags()) {
            offer("--" + flag.name());
        }
    }

    /// The word of the usage that stands for an argument; the last one if there are more arguments than words.
    private static String usageWord(String usage, int argument) {
        String[] words = usage.split(" ", -1);
        ArrayList<String> places = new ArrayList<>();
        for (String word : words) {
            if (word.indexOf('<') >= 0 && !word.startsWith("[flags")) {
                places.add(word);
            }
        }
        return places.isEmpty() ? "" : places.get(Math.min(argument, places.size() - 1));
    }

    private void names(String place) throws IOException, ApiException, CliException {
        boolean remotes = place.contains("<remote>:");
        if (remotes && last.indexOf(':') < 0) {
            boolean images = place.contains("<image>") || place.equals("[<remote>:]");
            for (Map.Entry<String, Remote> each : session.config().remotes().entrySet()) {
                if (images || !each.getValue().isImagesOnly()) {
                    offer(each.getKey() + ":");
                }
            }
        }
        String prefix = last.substring(0, last.indexOf(':') + 1);
        Place server = remotes ? session.remote(prefix) : session.remote("");
        if (server.settings().isImagesOnly()) {
            return;
        }
        ApiClient api = server.api();
        if (place.contains("<instance>") || place.contains("<source>")) {
            list(api, "/1.0/instances", prefix);
        } else if (place.contains("<profile")) {
            list(api, "/1.0/profiles", prefix);
        } else if (place.contains("<network>")) {
            list(api, "/1.0/networks", prefix);
        } else if (place.contains("<pool>")) {
            list(api, "/1.0/storage-pools", prefix);
        } else if (place.contains("<project>")) {
            list(api, "/1.0/projects", prefix);
        } else if (place.contains("<image>")) {
            for (JsonObject alias : api.getList("/1.0/images/aliases?recursion=1")) {
                offer(prefix + alias.text("name"));
            }
        } else if (place.equals("<remote>")) {
            for (String name : session.config().remotes().keySet()) {
                offer(name);
            }
        }
    }

    private void keys(Spec spec, int argument) throws IOException, ApiException, CliException {
        String entity = KeyNames.entity(spec.key(), argument);
        if (entity.isEmpty() || last.indexOf(':') >= 0 || last.indexOf('=') >= 0) {
            return;
        }
        // A family is not whole: what follows is typed.
        boolean value = spec.name().equals("set");
        for (String name : KeyNames.of(session.remote("").api(), entity)) {
            offer(value && !name.endsWith(".") ? name + "=" : name);
        }
    }

    private void list(ApiClient api, String path, String prefix) throws IOException, ApiException {
        for (String url : api.call("GET", path, null).envelope().texts("metadata")) {
            int query = url.indexOf('?');
            offer(prefix + url.substring(url.lastIndexOf('/') + 1, query < 0 ? url.length() : query));
        }
    }
}
