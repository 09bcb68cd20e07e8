package io.lightvisor.cli.spec;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one command looks like. A leaf has arguments and flags, a group has children.
///
///     Spec.leaf("rename", "[<remote>:]<instance>[/<snapshot>] <new name>", 2, 2, "Rename an instance or a snapshot")
public final class Spec {
    private final String name;
    private final String usage;
    private final int least;
    private final int most;
    private final String summary;
    private final ArrayList<Flag> flags = new ArrayList<>();
    private final ArrayList<Spec> children = new ArrayList<>();
    private String[] otherNames = new String[0];
    private String details = "";
    private boolean rare;
    private boolean command;
    private @Nullable Spec parent;

    private Spec(String name, String usage, int least, int most, String summary) {
        this.name = name;
        this.usage = usage;
        this.least = least;
        this.most = most;
        this.summary = summary;
    }

    /// A command that does something, with `least` to `most` arguments (-1: as many as one likes).
    public static Spec leaf(String name, String usage, int least, int most, String summary) {
        return new Spec(name, usage, least, most, summary);
    }

    /// A family of commands.
    public static Spec group(String name, String summary, Spec... children) {
        Spec group = new Spec(name, "", 0, 0, summary);
        for (Spec child : children) {
            child.parent = group;
            group.children.add(child);
        }
        return group;
    }

    /// Other names that the command goes by.
    public Spec alias(String... names) {
        otherNames = names;
        return this;
    }

    /// More help, below the summary.
    public Spec details(String text) {
        details = text;
        return this;
    }

    /// Keeps the command out of the short list.
    public Spec rare() {
        rare = true;
        return this;
    }

    /// Says that what follows the arguments is a command line of its own, behind `--`.
    public Spec takesCommand() {
        command = true;
        return this;
    }

    /// Adds a switch.
    public Spec flag(char letter, String flagName, String help) {
        flags.add(new Flag(letter, flagName, Flag.Kind.SWITCH, "", help));
        return this;
    }

    /// Adds a flag with a value; `fallback` is only shown, and what [Invocation#text] answers if it is not given.
    public Spec text(char letter, String flagName, String fallback, String help) {
        flags.add(new Flag(letter, flagName, Flag.Kind.TEXT, fallback, help));
        return this;
    }

    /// Adds a flag that may be given again and again.
    public Spec list(char letter, String flagName, String help) {
        flags.add(new Flag(letter, flagName, Flag.Kind.LIST, "", help));
        return this;
    }

    /// Adds a flag that may have a value.
    public Spec optional(String flagName, String fallback, String help) {
        flags.add(new Flag(Flag.NO_LETTER, flagName, Flag.Kind.OPTIONAL, fallback, help));
        return this;
    }

    /// Adds the flag by which a list is printed.
    public Spec format() {
        return text('f', "format", "table", "Print as csv, json, table, yaml or compact");
    }

    /// The name.
    public String name() {
        return name;
    }

    /// The arguments, as a person reads them.
    public String usage() {
        return usage;
    }

    /// One line of help.
    public String summary() {
        return summary;
    }

    /// More help; may be empty.
    public String details() {
        return details;
    }

    /// Other names.
    public List<String> otherNames() {
        return List.of(otherNames);
    }

    /// The flags.
    public List<Flag> flags() {
        return flags;
    }

    /// The children of a group.
    public List<Spec> children() {
        return children;
    }

    /// Whether it has children.
    public boolean isGroup() {
        return !children.isEmpty();
    }

    /// Whether it is left out of the short list.
    public boolean isRare() {
        return rare;
    }

    /// Whether a command line of its own may follow.
    public boolean isFollowedByCommand() {
        return command;
    }

    /// Whether it goes by this name.
    public boolean isCalled(String word) {
        if (name.equals(word)) {
            return true;
        }
        for (String other : otherNames) {
            if (other.equals(word)) {
                return true;
            }
        }
        return false;
    }

    /// The child of that name.
    public @Nullable Spec child(String word) {
        for (Spec child : children) {
            if (child.isCalled(word)) {
                return child;
            }
        }
        return null;
    }

    /// The flag of that name.
    public @Nullable Flag flagNamed(String flagName) {
        for (Flag flag : flags) {
            if (flag.name().equals(flagName)) {
                return flag;
            }
        }
        return null;
    }

    /// The flag of that letter.
    public @Nullable Flag flagOf(char letter) {
        for (Flag flag : flags) {
            if (flag.letter() == letter) {
                return flag;
            }
        }
        return null;
    }

    /// The names from the top to this: `lxc config device add`.
    public String path() {
        return (parent == null ? "lxc" : parent.path()) + " " + name;
    }

    /// The names below the top, with one space between: `config device add`.
    public String key() {
        return parent == null ? name : parent.key() + " " + name;
    }

    /// Whether so many arguments are right.
    boolean takes(int count) {
        return count >= least && (most < 0 || count <= most);
    }
}
