package io.lightvisor.cli.spec;

/// The flags that every command has.
public final class GlobalFlags {
    /// Declared as of a command, so that they are parsed and printed like any others.
    public static final Spec SPEC = Spec.leaf("", "", 0, 0, "")
            .flag(Flag.NO_LETTER, "debug", "Show what is asked of the server and what it answers")
            .flag(Flag.NO_LETTER, "force-local", "Use the local unix socket, whatever the configuration says")
            .flag('h', "help", "Print this help")
            .text(Flag.NO_LETTER, "project", "", "Use this project instead of the remote's own")
            .flag('q', "quiet", "Do not show progress")
            .flag(Flag.NO_LETTER, "sub-commands", "Show the commands of the families too, with help or --help")
            .flag('v', "verbose", "Say more")
            .flag(Flag.NO_LETTER, "version", "Print the version")
            .flag(Flag.NO_LETTER, "all", "Show rare commands too, with help or --help");

    private GlobalFlags() {}
}
