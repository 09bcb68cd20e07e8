package io.lightvisor.linux.mount;

import io.lightvisor.linux.FileNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One line of /proc/PID/mountinfo: one mount, as that process sees it. Source: proc_pid_mountinfo(5).
///
/// @param device `major:minor`
/// @param root what of the file system is shown here
/// @param mountPoint where, in the process's own root
/// @param options of this mount: `rw`, `nosuid`, `relatime`, ...
/// @param optional `shared:N`, `master:N`, `propagate_from:N`, `unbindable`
/// @param superOptions of the file system, which may contain `=`
public record MountInfo(
        int id,
        int parent,
        String device,
        String root,
        String mountPoint,
        List<String> options,
        List<String> optional,
        String type,
        String source,
        List<String> superOptions) {

    public MountInfo {
        options = List.copyOf(options);
        optional = List.copyOf(optional);
        superOptions = List.copyOf(superOptions);
    }

    /// All mounts that this thread's process sees.
    public static List<MountInfo> ofSelf() throws IOException {
        return read(Path.of("/proc/self/mountinfo"));
    }

    /// All mounts that a process sees.
    public static List<MountInfo> of(int pid) throws IOException {
        return read(Path.of("/proc/" + pid + "/mountinfo"));
    }

    /// The mount that is seen at exactly this path: the last one, which covers the others.
    public static Optional<MountInfo> at(List<MountInfo> mounts, Path path) {
        var text = path.toString();
        for (int i = mounts.size() - 1; i >= 0; i--) {
            if (mounts.get(i).mountPoint.equals(text)) {
                return Optional.of(mounts.get(i));
            }
        }
        return Optional.empty();
    }

    public boolean isReadOnly() {
        return options.contains("ro");
    }

    /// The value of an option of the file system: `upperdir`.
    public Optional<String> superOption(String key) {
        for (var option : superOptions) {
            if (option.startsWith(key) && option.length() > key.length() && option.charAt(key.length()) == '=') {
                return Optional.of(option.substring(key.length() + 1));
            }
        }
        return Optional.empty();
    }

    static List<MountInfo> parse(String text) {
        var found = new ArrayList<MountInfo>();
        for (var line : split(text, '\n')) {
            var mount = parseLine(line);
            if (mount.isPresent()) {
                found.add(mount.get());
            }
        }
        return found;
    }

    private static List<MountInfo> read(Path file) throws IOException {
        return parse(FileNames.decode(Files.readAllBytes(file)));
    }

    private static Optional<MountInfo> parseLine(String line) {
        var words = split(line, ' ');
        int separator = words.indexOf("-");
        if (separator < 6 || words.size() < separator + 3) {
            return Optional.empty();
        }
        int colons = words.size() > separator + 3 ? separator + 3 : -1;
        return Optional.of(new MountInfo(
                Integer.parseInt(words.get(0)),
                Integer.parseInt(words.get(1)),
                words.get(2),
                unescape(words.get(3)),
                unescape(words.get(4)),
                split(words.get(5), ','),
                words.subList(6, separator),
                words.get(separator + 1),
                unescape(words.get(separator + 2)),
                colons < 0 ? List.of() : split(unescape(words.get(colons)), ',')));
    }

    private static List<String> split(String text, char at) {
        var parts = new ArrayList<String>();
        int from = 0;
        while (from < text.length()) {
            int to = text.indexOf(at, from);
            if (to < 0) {
                to = text.length();
            }
            if (to > from || at == ' ') {
                parts.add(text.substring(from, to));
            }
            from = to + 1;
        }
        return parts;
    }

    /// Space, tab, newline and backslash are written as three octal digits: `\040`.
    private static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 3 < text.length() && isOctal(text, i + 1)) {
                plain.append((char) Integer.parseInt(text, i + 1, i + 4, 8));
                i += 3;
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    private static boolean isOctal(String text, int from) {
        for (int i = from; i < from + 3; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '7') {
                return false;
            }
        }
        return true;
    }
}
