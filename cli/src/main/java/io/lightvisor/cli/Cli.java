package io.lightvisor.cli;

import io.lightvisor.api.WireException;
import io.lightvisor.api.client.ApiException;
import io.lightvisor.cli.commands.Command;
import io.lightvisor.cli.commands.ExecCommand;
import io.lightvisor.cli.commands.VersionCommand;
import io.lightvisor.cli.config.ClientConfig;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.GlobalFlags;
import io.lightvisor.cli.spec.Help;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;
import io.lightvisor.cli.spec.UsageException;
import io.lightvisor.cli.terminal.Output;
import io.lightvisor.cli.terminal.Terminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// Understands a command line and runs it.
public final class Cli {
    private static final String VERSION = VersionCommand.VERSION;

    private Cli() {}

    /// Runs a command line. Answers the exit code.
    public static int run(List<String> words) {
        Output out = new Output(new FileOutputStream(FileDescriptor.out));
        Output err = new Output(new FileOutputStream(FileDescriptor.err));
        int code;
        try {
            code = run(words, out, err);
            out.flush();
        } catch (UncheckedIOException nobodyReads) {
            return 1;
        } catch (ExecCommand.ExitWithMessage failure) {
            code = fail(out, err, String.valueOf(failure.getMessage()), failure.code());
        } catch (ApiException | CliException | UsageException | WireException failure) {
            code = fail(out, err, String.valueOf(failure.getMessage()), 1);
        } catch (IOException failure) {
            String message = failure.getMessage();
            code = fail(out, err, message == null ? failure.toString() : message, 1);
        } catch (RuntimeException failure) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            err.print(trace.toString());
            code = fail(out, err, "this is a fault of lxc itself, please report it: " + failure, 1);
        } catch (InterruptedException failure) {
            code = fail(out, err, "interrupted", 130);
        }
        err.flush();
        return code;
    }

    private static int fail(Output out, Output err, String message, int code) {
        Terminal.restore();
        try {
            out.flush();
        } catch (UncheckedIOException nobodyReads) {
            // Then at least the error is told.
        }
        err.println("Error: " + message);
        return code;
    }

    private static int run(List<String> words, Output out, Output err)
            throws IOException, ApiException, CliException, UsageException, InterruptedException {
        List<String> line = new ArrayList<>(words);
        int at = firstWord(line);
        if (at < 0) {
            return withoutCommand(line, out);
        }
        Command command = CommandTable.find(line.get(at));
        ClientConfig config = null;
        if (command == null || hasAliases(line.get(at))) {
            config = ClientConfig.load();
            List<String> replaced = Aliases.replace(config, line, at);
            if (replaced != null) {
                line = replaced;
                at = firstWord(line);
                command = at < 0 ? null : CommandTable.find(line.get(at));
            }
        }
        if (command == null) {
            if (at >= 0 && line.get(at).equals("__complete")) {
                for (String word : Completer.complete(line.subList(at + 1, line.size()), out, err)) {
                    out.println(word);
                }
                return 0;
            }
            if (at >= 0 && line.get(at).equals("help")) {
                return help(line, at, out);
            }
            throw new UsageException("unknown command \"" + (at < 0 ? "" : line.get(at)) + "\" for \"lxc\"");
        }
        List<String> before = new ArrayList<>(line.subList(0, at));
        Spec spec = command.spec();
        at++;
        while (spec.isGroup()) {
            while (at < line.size() && line.get(at).startsWith("-") && isSwitch(line.get(at))) {
                before.add(line.get(at++));
            }
            if (at >= line.size()) {
                out.print(Help.of(spec, before.contains("--all"), before.contains("--sub-commands")));
                return 0;
            }
            Spec child = spec.child(line.get(at));
            if (child == null) {
                throw new UsageException("unknown command \"" + line.get(at) + "\" for \"" + spec.path() + "\"");
            }
            spec = child;
            at++;
        }
        before.addAll(line.subList(at, line.size()));
        Invocation in = Invocation.parse(spec, before);
        if (in.has("help")) {
            out.print(Help.of(spec, in.has("all"), in.has("sub-commands")));
            return 0;
        }
        if (in.has("version")) {
            out.println(VERSION);
            return 0;
        }
        if (!in.hasRightCount()) {
            if (in.count() == 0) {
                out.print(Help.of(spec, false, false));
                return 0;
            }
            err.println("Usage: " + Help.usage(spec));
            throw new UsageException("Invalid number of arguments");
        }
        return command.run(in, new Session(out, err, in, config));
    }

    /// Only these words are replaced by an alias of the user although they are commands: LXD lets aliases shadow them,
    /// and to
    /// look for one costs reading the configuration, which most commands do anyway.
    private static boolean hasAliases(String word) {
        return !word.equals("query") && !word.equals("version");
    }

    private static boolean isSwitch(String word) {
        return !word.equals("--project");
    }

    /// Where the command's name stands, behind global flags; -1 if there is none.
    private static int firstWord(List<String> line) {
        for (int i = 0; i < line.size(); i++) {
            String word = line.get(i);
            if (word.equals("--project")) {
                i++;
            } else if (!word.startsWith("-")) {
                return i;
            }
        }
        return -1;
    }

    private static int withoutCommand(List<String> line, Output out) throws UsageException {
        Invocation in = Invocation.parse(GlobalFlags.SPEC, line);
        if (in.has("version")) {
            out.println(VERSION);
        } else {
            out.print(Help.ofAll(CommandTable.specs(), in.has("all"), in.has("sub-commands")));
        }
        return 0;
    }

    private static int help(List<String> line, int at, Output out) throws UsageException {
        boolean all = line.contains("--all");
        boolean sub = line.contains("--sub-commands");
        Spec spec = null;
        for (String word : line.subList(at + 1, line.size())) {
            if (word.startsWith("-")) {
                continue;
            }
            Command command = spec == null ? CommandTable.find(word) : null;
            spec = command != null ? command.spec() : spec == null ? null : spec.child(word);
            if (spec == null) {
                throw new UsageException("unknown command \"" + word + "\" for \"lxc\"");
            }
        }
        out.print(spec == null ? Help.ofAll(CommandTable.specs(), all, sub) : Help.of(spec, all, sub));
        return 0;
    }
}
