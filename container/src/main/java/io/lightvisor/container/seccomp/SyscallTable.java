package io.lightvisor.container.seccomp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Numbers of system calls by name, for lists that a user writes. Read on first use only: a container without such a
/// list
/// does not pay for it.
final class SyscallTable {
    private static final class Loaded {
        static final Map<String, int[]> TABLE = load();
    }

    private SyscallTable() {}

    /// The numbers of a call; empty if no interface has one of this name.
    static Optional<int[]> find(String name) {
        return Optional.ofNullable(Loaded.TABLE.get(name));
    }

    static OptionalInt number(String name, Abi abi) {
        int[] numbers = Loaded.TABLE.get(name);
        return numbers == null || numbers[abi.column()] < 0
                ? OptionalInt.empty()
                : OptionalInt.of(numbers[abi.column()]);
    }

    private static Map<String, int[]> load() {
        var table = new HashMap<String, int[]>(1024);
        try (var in = SyscallTable.class.getResourceAsStream("syscalls.txt")) {
            if (in == null) {
                throw new IllegalStateException("syscalls.txt is not on the class path");
            }
            var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            String line;
            while ((line = lines.readLine()) != null) {
                if (!line.startsWith("#")) {
                    add(table, line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return table;
    }

    private static void add(Map<String, int[]> table, String line) {
        var numbers = new int[3];
        int from = line.indexOf(' ');
        String name = line.substring(0, from);
        for (int i = 0; i < 3; i++) {
            int to = i == 2 ? line.length() : line.indexOf(' ', from + 1);
            String number = line.substring(from + 1, to);
            numbers[i] = number.equals("-") ? -1 : Integer.parseInt(number);
            from = to;
        }
        table.put(name, numbers);
    }
}
