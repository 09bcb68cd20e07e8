package io.lightvisor.image.backup;

import io.lightvisor.model.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How a backup is packed: the name of a program and perhaps its level, as a client wrote it (`gzip`, `zstd -19`,
/// `none`). Programs and options come from a list: the text may come over the network, and programs have options that
/// write files.
///
/// @param command a filter from standard input to standard output; empty for none
public record Packing(String text, List<String> command) {
    /// No filter.
    public static final Packing NONE = new Packing("none", List.of());

    private static final Map<String, List<String>> PROGRAMS = programs();
    private static final List<String> OPTIONS =
            List.of("--best", "--fast", "--rsyncable", "--extreme", "--ultra", "--long", "-T0", "-e");

    public Packing {
        command = List.copyOf(command);
    }

    private static Map<String, List<String>> programs() {
        var all = new HashMap<String, List<String>>();
        all.put("gzip", List.of("gzip", "-n", "-c"));
        all.put("pigz", List.of("pigz", "-n", "-c"));
        all.put("bzip2", List.of("bzip2", "-c"));
        all.put("pbzip2", List.of("pbzip2", "-c"));
        all.put("lbzip2", List.of("lbzip2", "-c"));
        all.put("lzma", List.of("xz", "-F", "lzma", "-c"));
        all.put("xz", List.of("xz", "-c", "-T0"));
        all.put("pixz", List.of("pixz"));
        all.put("lz4", List.of("lz4", "-c"));
        all.put("zstd", List.of("zstd", "-c", "-q", "-T0"));
        return all;
    }

    /// Reads the spelling of the API.
    ///
    /// @throws io.lightvisor.model.ProblemException if no such program is known, or an option is none of its level
    public static Packing parse(String text) {
        var words = Arrays.stream(text.strip().split("\\s+")).toList();
        String name = words.getFirst();
        if (name.equals("none") && words.size() == 1) {
            return NONE;
        }
        var program = PROGRAMS.get(name);
        if (program == null) {
            throw new Problem.BadRequest(
                            "Invalid compression algorithm \"" + Problem.printable(text) + "\"",
                            name.equals("squashfs") ? "a squashfs is no stream of an archive" : "",
                            "take one of none, gzip, bzip2, xz, lzma, lz4, zstd")
                    .exception();
        }
        var command = new ArrayList<>(program);
        for (String option : words.subList(1, words.size())) {
            if (!OPTIONS.contains(option) && !isLevel(option)) {
                throw new Problem.BadRequest(
                                "Invalid compression algorithm \"" + Problem.printable(text) + "\"",
                                "option \"" + Problem.printable(option) + "\" is no level",
                                "write a level as \"" + name + " -9\"")
                        .exception();
            }
            command.add(option);
        }
        return new Packing(text, command);
    }

    private static boolean isLevel(String option) {
        int length = option.length();
        if (length < 2 || length > 3 || option.charAt(0) != '-') {
            return false;
        }
        for (int i = 1; i < length; i++) {
            if (option.charAt(i) < '0' || option.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
