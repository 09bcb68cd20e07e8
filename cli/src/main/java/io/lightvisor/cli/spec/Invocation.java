package io.lightvisor.cli.spec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A command line that was understood: the command, its arguments, its flags.
public final class Invocation {
    private final Spec spec;
    private final ArrayList<String> args = new ArrayList<>();
    private final HashMap<String, ArrayList<String>> flags = new HashMap<>();

    private Invocation(Spec spec) {
        this.spec = spec;
    }

    /// Understands what follows the command's name. Flags may stand anywhere before `--`; a word `-` is an argument.
    public static Invocation parse(Spec spec, List<String> words) throws UsageException {
        Invocation parsed = new Invocation(spec);
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("--")) {
                parsed.args.addAll(words.subList(i + 1, words.size()));
                break;
            }
            if (word.length() < 2 || word.charAt(0) != '-') {
                parsed.args.add(word);
            } else if (word.charAt(1) == '-') {
                i = parsed.name(words, i);
            } else {
                i = parsed.letters(words, i);
            }
        }
        return parsed;
    }

    private int name(List<String> words, int at) throws UsageException {
        String word = words.get(at);
        int equals = word.indexOf('=');
        String name = equals < 0 ? word.substring(2) : word.substring(2, equals);
        Flag flag = find(name);
        if (flag == null) {
            throw new UsageException("unknown flag: --" + name);
        }
        if (equals >= 0) {
            add(flag, word.substring(equals + 1));
            return at;
        }
        return value(flag, words, at, word);
    }

    private int letters(List<String> words, int at) throws UsageException {
        String word = words.get(at);
        for (int i = 1; i < word.length(); i++) {
            Flag flag = spec.flagOf(word.charAt(i));
            if (flag == null) {
                flag = GlobalFlags.SPEC.flagOf(word.charAt(i));
            }
            if (flag == null) {
                throw new UsageException(
                        "unknown shorthand flag: '" + word.charAt(i) + "' in " + "-" + word.substring(i));
            }
            if (flag.kind() == Flag.Kind.SWITCH) {
                add(flag, "true");
            } else if (i + 1 < word.length()) {
                add(flag, word.substring(word.charAt(i + 1) == '=' ? i + 2 : i + 1));
                return at;
            } else {
                return value(flag, words, at, "'" + word.charAt(i) + "' in " + word);
            }
        }
        return at;
    }

    private int value(Flag flag, List<String> words, int at, String shown) throws UsageException {
        if (flag.kind() == Flag.Kind.SWITCH) {
            add(flag, "true");
            return at;
        }
        if (flag.kind() == Flag.Kind.OPTIONAL) {
            add(flag, flag.fallback());
            return at;
        }
        if (at + 1 == words.size()) {
            throw new UsageException("flag needs an argument: " + shown);
        }
        add(flag, words.get(at + 1));
        return at + 1;
    }

    private @Nullable Flag find(String name) {
        Flag flag = spec.flagNamed(name);
        return flag == null ? GlobalFlags.SPEC.flagNamed(name) : flag;
    }

    private void add(Flag flag, String value) throws UsageException {
        if (flag.kind() == Flag.Kind.SWITCH) {
            if (value.equals("false")) {
                flags.remove(flag.name());
                return;
            }
            if (!value.equals("true")) {
                throw new UsageException("invalid argument \"" + value + "\" for \"--" + flag.name() + "\" flag");
            }
        }
        ArrayList<String> values = flags.get(flag.name());
        if (values == null) {
            values = new ArrayList<>();
            flags.put(flag.name(), values);
        }
        values.add(value);
    }

    /// Whether the number of arguments is right.
    public boolean hasRightCount() {
        return spec.takes(args.size());
    }

    /// The command.
    public Spec spec() {
        return spec;
    }

    /// The last word of the command's name.
    public String name() {
        return spec.name();
    }

    /// All arguments.
    public List<String> args() {
        return args;
    }

    /// How many arguments there are.
    public int count() {
        return args.size();
    }

    /// One argument.
    public String arg(int index) {
        return args.get(index);
    }

    /// One argument, or empty.
    public String argOrEmpty(int index) {
        return index < args.size() ? args.get(index) : "";
    }

    /// The arguments from one on.
    public List<String> argsFrom(int index) {
        return index >= args.size() ? List.of() : args.subList(index, args.size());
    }

    /// Whether a flag was given.
    public boolean has(String flag) {
        return flags.containsKey(flag);
    }

    /// The last value of a flag; its fallback, if it was not given.
    public String text(String flag) {
        ArrayList<String> values = flags.get(flag);
        if (values != null) {
            return values.get(values.size() - 1);
        }
        Flag declared = find(flag);
        return declared == null || declared.kind() == Flag.Kind.OPTIONAL ? "" : declared.fallback();
    }

    /// All values of a flag.
    public List<String> list(String flag) {
        ArrayList<String> values = flags.get(flag);
        return values == null ? List.of() : values;
    }

    /// The value of a flag as a number.
    public int number(String flag) throws UsageException {
        String value = text(flag);
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException failure) {
            throw new UsageException("invalid argument \"" + value + "\" for \"--" + flag + "\" flag");
        }
    }
}
