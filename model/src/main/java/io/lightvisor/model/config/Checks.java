package io.lightvisor.model.config;

import io.lightvisor.model.Architecture;
import io.lightvisor.model.Booleans;
import io.lightvisor.model.ByteSize;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The rules of values.
public final class Checks {
    private static final Set<String> COMPRESSIONS =
            Set.of("none", "bzip2", "gzip", "lzma", "lzo", "squashfs", "xz", "zstd");

    /// Anything.
    public static final Check ANY = _ -> "";

    /// `true`, `1`, `yes`, `on` or their opposites, in any case.
    public static final Check BOOLEAN = v -> Booleans.isBoolean(v) ? "" : "Invalid value for a boolean " + quoted(v);

    /// A whole number of 64 bits.
    public static final Check INTEGER = v -> Numbers.isInteger(v) ? "" : "Invalid value for an integer " + quoted(v);

    /// A whole number from 0 to 4294967295.
    public static final Check UINT32 = v -> Numbers.isBetween(v, 0, 0xFFFFFFFFL)
            ? ""
            : "Invalid value for uint32 " + quoted(v) + ": it is a whole number from 0 to 4294967295";

    /// A priority from 0 to 10.
    public static final Check PRIORITY = Checks::priority;

    /// An amount of bytes with its unit.
    public static final Check SIZE = v -> isSize(v) ? "" : "Invalid value: " + Problem.printable(v);

    /// An amount of memory, or a share of the host's in percent.
    public static final Check MEMORY = Checks::memory;

    /// A count of processors, or a set of them: `4`, `0-3,5`.
    public static final Check CPUS = v -> CpuLimit.isValid(v) ? "" : "Invalid CPU limit syntax";

    /// A share of processor time: `50%`, or `25ms/100ms`.
    public static final Check CPU_ALLOWANCE =
            v -> CpuAllowance.isValid(v) ? "" : "Invalid allowance: " + Problem.printable(v);

    /// A time span such as `1d 2H`.
    public static final Check EXPIRY = v -> Expiry.isValid(v) ? "" : "Invalid expiry expression";

    /// Times to do something, as cron has them.
    public static final Check SCHEDULE = Schedule::complaint;

    /// A UUID.
    public static final Check UUID = v -> isUuid(v) ? "" : "Invalid UUID";

    /// YAML with keys at its top, as far as can be told without reading it whole.
    public static final Check YAML_MAP = v -> v.indexOf(':') >= 0 || onlyComments(v)
            ? ""
            : "yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `" + Problem.printable(v) + "` into struct {}";

    /// Text of one line.
    public static final Check ONE_LINE =
            v -> v.indexOf('\n') < 0 && v.indexOf('\r') < 0 ? "" : "Environment variables cannot contain line breaks";

    /// Lines of `raw.idmap`.
    public static final Check ID_MAP = RawIdmap::complaint;

    /// Lines of `raw.lxc`.
    public static final Check RAW_LXC = RawLxc::complaint;

    /// Limits as prlimit(2) takes them: a number or `unlimited`, alone or as `soft:hard`.
    public static final Check RESOURCE_LIMIT = Checks::resourceLimit;

    /// Where to listen: an address, a name, or nothing, with or without a port.
    public static final Check LISTEN_ADDRESS = v -> isListenAddress(v) ? "" : "Couldn't resolve " + quoted(v);

    /// An IPv4 address.
    public static final Check IPV4 = v -> isIpv4(v) ? "" : "Not an IPv4 address " + quoted(v);

    /// How to compress. No options: they would reach a program.
    public static final Check COMPRESSION =
            v -> COMPRESSIONS.contains(v) ? "" : "Invalid compression algorithm " + quoted(v);

    /// A processor architecture by the kernel's name.
    public static final Check ARCHITECTURE = Checks::architecture;

    /// An absolute path.
    public static final Check ABSOLUTE_PATH = v -> v.startsWith("/") ? "" : "Must be absolute file path";

    /// An id or a range of ids: `1000`, `1000-2000`.
    public static final Check ID_RANGE = Checks::idRange;

    /// A volume as `pool/volume`.
    public static final Check VOLUME = v -> isVolume(v) ? "" : "Invalid syntax for volume, must be <pool>/<volume>";

    private Checks() {}

    /// One of some words.
    public static Check oneOf(String... words) {
        var list = List.of(words);
        return v -> list.contains(v) ? "" : "Invalid value " + quoted(v) + " (not one of " + bracketed(list) + ")";
    }

    /// Several values with commas between, each by one rule.
    public static Check listOf(Check item) {
        return v -> {
            for (String part : split(v)) {
                String complaint = item.complaint(part.strip());
                if (!complaint.isEmpty()) {
                    return "Item " + quoted(part.strip()) + ": " + complaint;
                }
            }
            return "";
        };
    }

    /// A rule with words of its own.
    public static Check saying(String complaint, Check check) {
        return v -> check.complaint(v).isEmpty() ? "" : complaint;
    }

    /// A whole number within bounds, complained about with `complaint`.
    public static Check between(long least, long most, String complaint) {
        return v -> !Numbers.isInteger(v) ? "invalid integer" : Numbers.isBetween(v, least, most) ? "" : complaint;
    }

    private static boolean onlyComments(String text) {
        for (String line : text.split("\n", -1)) {
            String bare = line.strip();
            if (!bare.isEmpty() && !bare.startsWith("#") && !bare.equals("{}") && !bare.equals("---")) {
                return false;
            }
        }
        return true;
    }

    private static String priority(String v) {
        if (!Numbers.isInteger(v)) {
            return "Invalid value for an integer " + quoted(v);
        }
        return Numbers.isBetween(v, 0, 10)
                ? ""
                : "Invalid value for a limit " + quoted(v) + ". Must be between 0 and 10";
    }

    private static String memory(String v) {
        if (v.endsWith("%")) {
            String percent = v.substring(0, v.length() - 1);
            if (!Numbers.isBetween(percent, 0, Integer.MAX_VALUE)) {
                return "Invalid value: " + Problem.printable(v);
            }
            return Numbers.isBetween(percent, 1, Integer.MAX_VALUE) ? "" : "Memory limit can't be 0%";
        }
        if (!isSize(v)) {
            return "Invalid value: " + Problem.printable(v);
        }
        return ByteSize.parse(v).bytes() == 0 ? "Memory limit can't be 0" : "";
    }

    private static boolean isSize(String v) {
        if (v.indexOf(' ') >= 0) {
            return false;
        }
        try {
            ByteSize.parse(v);
            return true;
        } catch (ProblemException _) {
            return false;
        }
    }

    private static String resourceLimit(String v) {
        int colon = v.indexOf(':');
        boolean good = colon < 0
                ? isResourceLimit(v)
                : isResourceLimit(v.substring(0, colon)) && isResourceLimit(v.substring(colon + 1));
        return good
                ? ""
                : "Invalid resource limit " + quoted(v) + ": it is a number or unlimited, or two of these as soft:hard";
    }

    private static boolean isResourceLimit(String v) {
        return v.equals("unlimited") || Numbers.isBetween(v, 0, Long.MAX_VALUE);
    }

    private static boolean isUuid(String v) {
        if (v.length() != 36) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? v.charAt(i) != '-' : Character.digit(v.charAt(i), 16) < 0 || v.charAt(i) > 'f') {
                return false;
            }
        }
        return true;
    }

    private static boolean isListenAddress(String v) {
        String host = v;
        String port = "";
        int colon = v.lastIndexOf(':');
        if (v.startsWith("[")) {
            int end = v.indexOf(']');
            if (end < 0 || (end + 1 < v.length() && v.charAt(end + 1) != ':')) {
                return false;
            }
            host = v.substring(1, end);
            port = end + 1 < v.length() ? v.substring(end + 2) : "";
        } else if (colon >= 0 && v.indexOf(':') == colon) {
            host = v.substring(0, colon);
            port = v.substring(colon + 1);
        }
        if (!port.isEmpty() && !Numbers.isBetween(port, 0, 65535)) {
            return false;
        }
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (!Character.isLetterOrDigit(c) && "-.:%_*".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isIpv4(String v) {
        var parts = v.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (part.length() > 3 || !Numbers.isBetween(part, 0, 255)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isVolume(String v) {
        int slash = v.indexOf('/');
        return slash > 0 && slash == v.lastIndexOf('/') && slash < v.length() - 1;
    }

    private static String architecture(String v) {
        var names = new ArrayList<String>();
        for (var a : Architecture.values()) {
            names.add(a.kernelName());
        }
        return oneOf(names.toArray(new String[0])).complaint(v);
    }

    private static String idRange(String v) {
        int dash = v.indexOf('-');
        String from = dash < 0 ? v : v.substring(0, dash);
        if (!Numbers.isBetween(from, 0, 0xFFFFFFFFL)) {
            return "Invalid number " + quoted(v);
        }
        return dash < 0 || Numbers.isBetween(v.substring(dash + 1), 0, 0xFFFFFFFFL)
                ? ""
                : "Invalid end number " + quoted(v);
    }

    /// The parts between commas, blanks kept.
    static List<String> split(String v) {
        var parts = new ArrayList<String>();
        int from = 0;
        for (int comma = v.indexOf(','); comma >= 0; comma = v.indexOf(',', from)) {
            parts.add(v.substring(from, comma));
            from = comma + 1;
        }
        parts.add(v.substring(from));
        return parts;
    }

    static String quoted(String v) {
        return '"' + Problem.printable(v) + '"';
    }

    private static String bracketed(List<String> words) {
        return "[" + String.join(" ", words) + "]";
    }
}
