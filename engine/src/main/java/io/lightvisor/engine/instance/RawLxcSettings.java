package io.lightvisor.engine.instance;

import io.lightvisor.container.Capabilities;
import io.lightvisor.container.MountSpec;
import io.lightvisor.container.RawSettings;
import io.lightvisor.linux.cgroup.DeviceRule;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.config.RawLxc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/// What the lines of `raw.lxc` mean for a start. Pure.
final class RawLxcSettings {
    /// Mount options that are flags of mount(2), "MS_*, include/uapi/linux/mount.h". The last three are of binds.
    private static final Map<String, Long> FLAGS = Map.of(
            "ro", 1L,
            "nosuid", 2L,
            "nodev", 4L,
            "noexec", 8L,
            "sync", 16L,
            "noatime", 1024L,
            "nodiratime", 2048L,
            "relatime", 1L << 21,
            "strictatime", 1L << 24);

    private static final long REMOUNT = 32;
    private static final long BIND = 4096;

    final List<MountSpec> binds = new ArrayList<>();
    final TreeMap<String, String> environment = new TreeMap<>();
    final TreeMap<String, String> sysctls = new TreeMap<>();
    List<String> init = List.of();

    private final List<RawSettings.CgroupFile> cgroups = new ArrayList<>();
    private final List<RawSettings.DeviceRule> devices = new ArrayList<>();
    private final List<RawSettings.Mount> mounts = new ArrayList<>();
    private final TreeMap<String, String> processFiles = new TreeMap<>();
    private String profile = "";
    private boolean openProc;
    private boolean openSys;
    private boolean changesDrops;
    private long drops;
    private long keeps;

    private RawLxcSettings(boolean privileged) {
        drops = Capabilities.usualDrops(privileged);
    }

    /// @param privileged what a container of this kind has before the text changes it
    static RawLxcSettings of(String text, boolean privileged) {
        var settings = new RawLxcSettings(privileged);
        for (var line : RawLxc.parse(text).lines()) {
            settings.take(line);
        }
        return settings;
    }

    RawSettings raw() {
        long dropped = keeps == 0 ? drops : Capabilities.ALL & ~keeps;
        return new RawSettings(
                changesDrops ? OptionalLong.of(dropped) : OptionalLong.empty(),
                cgroups,
                devices,
                profile,
                openProc,
                openSys,
                processFiles,
                mounts);
    }

    private void take(RawLxc.Line line) {
        String key = line.key();
        switch (key) {
            case "lxc.apparmor.profile" -> profile = profile(line);
            case "lxc.cap.drop" -> drop(line);
            case "lxc.cap.keep" -> keep(line);
            case "lxc.environment" -> environment(line);
            case "lxc.init.cmd" -> init = words(line);
            case "lxc.mount.auto" -> auto(line);
            case "lxc.mount.entry" -> entry(line);
            default -> {
                if (key.startsWith("lxc.sysctl.")) {
                    sysctls.put(key.substring("lxc.sysctl.".length()), line.value());
                } else if (key.startsWith("lxc.proc.")) {
                    processFiles.put(plainName(line, "lxc.proc."), line.value());
                } else if (key.startsWith("lxc.cgroup2.")) {
                    cgroup(line, plainName(line, "lxc.cgroup2."), true);
                } else if (key.startsWith("lxc.cgroup.")) {
                    cgroup(line, plainName(line, "lxc.cgroup."), false);
                } else {
                    throw bad(line, "addresses of interfaces come from nic devices and from inside");
                }
            }
        }
    }

    private static String profile(RawLxc.Line line) {
        if (line.value().isEmpty() || line.value().equals("generated")) {
            return "";
        }
        if (!line.value().chars().allMatch(c -> c > ' ' && c < 127)) {
            throw bad(line, "a profile has no spaces in its name");
        }
        return line.value();
    }

    private void drop(RawLxc.Line line) {
        changesDrops = true;
        if (line.value().isEmpty()) {
            drops = 0; // liblxc: an empty value clears the list
            return;
        }
        drops |= bits(line);
        requireOneWay(line);
    }

    private void keep(RawLxc.Line line) {
        changesDrops = true;
        keeps = line.value().equals("none") || line.value().isEmpty() ? 1L << 63 : keeps | bits(line);
        drops = 0;
    }

    private void requireOneWay(RawLxc.Line line) {
        if (keeps != 0) {
            throw bad(line, "capabilities are either dropped or kept");
        }
    }

    private static long bits(RawLxc.Line line) {
        long bits = 0;
        for (String name : line.value().split("\\s+")) {
            var number = Capabilities.number(name);
            if (number.isEmpty()) {
                throw bad(line, "there is no capability \"" + name + "\"");
            }
            bits |= 1L << number.getAsInt();
        }
        return bits;
    }

    private void environment(RawLxc.Line line) {
        int equals = line.value().indexOf('=');
        if (equals <= 0) {
            throw bad(line, "a variable is NAME=VALUE");
        }
        environment.put(line.value().substring(0, equals), line.value().substring(equals + 1));
    }

    /// Words, in quotes if they hold spaces.
    private static List<String> words(RawLxc.Line line) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean open = false;
        char quote = 0;
        for (char c : line.value().toCharArray()) {
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                open = true;
            } else if (c == ' ' || c == '\t') {
                if (open) {
                    words.add(word.toString());
                    word.setLength(0);
                    open = false;
                }
            } else {
                word.append(c);
                open = true;
            }
        }
        if (open) {
            words.add(word.toString());
        }
        if (words.isEmpty() || quote != 0) {
            throw bad(line, "a command is words, with quotes in pairs");
        }
        return words;
    }

    /// /proc, /sys and the cgroups are there in any case; the words only open what is masked.
    private void auto(RawLxc.Line line) {
        for (String word : line.value().split("\\s+")) {
            switch (word) {
                case "proc:rw" -> openProc = true;
                case "sys:rw" -> openSys = true;
                case "", "proc", "proc:mixed", "sys", "sys:mixed" -> {}
                default -> {
                    if (!word.startsWith("cgroup")) {
                        throw bad(line, "\"" + word + "\" is not supported");
                    }
                }
            }
        }
    }

    private static String plainName(RawLxc.Line line, String prefix) {
        String name = line.key().substring(prefix.length());
        boolean plain = !name.isEmpty()
                && name.charAt(0) != '.'
                && name.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '.');
        if (!plain) {
            throw bad(line, "there is no such file");
        }
        return name;
    }

    private void cgroup(RawLxc.Line line, String file, boolean unified) {
        if (file.equals("devices.allow") || file.equals("devices.deny")) {
            try {
                DeviceRule.allow(line.value());
            } catch (IllegalArgumentException e) {
                throw bad(line, "a rule is like c 10:232 rwm, or a");
            }
            devices.add(new RawSettings.DeviceRule(file.endsWith("allow"), line.value()));
        } else {
            cgroups.add(new RawSettings.CgroupFile(file, line.value(), unified, line.place()));
        }
    }

    /// A line of fstab(5). The target is a path of the container, with or without the first slash.
    private void entry(RawLxc.Line line) {
        String[] fields = line.value().split("\\s+");
        if (fields.length < 4 || fields.length > 6) {
            throw bad(line, "an entry is SOURCE TARGET TYPE OPTIONS 0 0");
        }
        String source = unescaped(fields[0]);
        String target = "/" + unescaped(fields[1]).replaceAll("^/+", "");
        if (List.of(target.split("/")).contains("..")) {
            throw bad(line, "a target has no .. in it");
        }
        boolean bind = false;
        boolean recursive = false;
        boolean optional = false;
        boolean shifted = false;
        long flags = 0;
        var data = new StringBuilder();
        for (String option : fields[3].split(",")) {
            switch (option) {
                case "bind" -> bind = true;
                case "rbind" -> {
                    bind = true;
                    recursive = true;
                }
                case "optional" -> optional = true;
                case "idmap=container" -> shifted = true;
                case "defaults", "rw", "create=dir", "create=file", "relative", "suid", "dev", "exec", "" -> {}
                default -> {
                    Long flag = FLAGS.get(option);
                    if (flag != null) {
                        flags |= flag;
                    } else {
                        data.append(data.isEmpty() ? "" : ",").append(option);
                    }
                }
            }
        }
        if (!bind) {
            mounts.add(new RawSettings.Mount(source, target, fields[2], flags, data.toString(), optional, true));
            return;
        }
        if (!data.isEmpty()) {
            throw bad(line, "a bind has no option \"" + data + "\"");
        }
        if (!source.startsWith("/")) {
            throw bad(line, "the source of a bind is a path of the host");
        }
        binds.add(new MountSpec(Path.of(source), target, recursive, (flags & 1) != 0, shifted, optional));
        if ((flags & ~1L) != 0) {
            mounts.add(new RawSettings.Mount("none", target, "", flags | REMOUNT | BIND, "", optional, false));
        }
    }

    /// fstab(5): a space is written `\040`.
    private static String unescaped(String field) {
        var out = new StringBuilder(field.length());
        for (int i = 0; i < field.length(); i++) {
            boolean octal = field.charAt(i) == '\\'
                    && i + 3 < field.length()
                    && field.substring(i + 1, i + 4).chars().allMatch(c -> c >= '0' && c <= '7');
            if (octal) {
                out.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                out.append(field.charAt(i));
            }
        }
        return out.toString();
    }

    private static ProblemException bad(RawLxc.Line line, String why) {
        String what = line.place() + " cannot be used: \"" + Problem.printable(line.value()) + "\"";
        return new Problem.BadRequest(what, why, "").exception();
    }
}
