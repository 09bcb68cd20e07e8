package io.lightvisor.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Runs many commands in one process, so that one AOT cache learns the classes of them all.
///
/// Standard input is a list of command lines, one a line, words divided by spaces (no quoting). What a command answers
/// does
/// not matter: a refused one has loaded its classes too. Called by the packaging only.
public final class Training {
    private Training() {}

    /// By the starter. The arguments are not used.
    public static int start(byte[][] args) {
        try {
            for (List<String> words : commands()) {
                Cli.run(words);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return 0;
    }

    private static List<List<String>> commands() throws IOException {
        var reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var all = new ArrayList<List<String>>();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (!line.isBlank()) {
                all.add(List.of(line.strip().split(" ")));
            }
        }
        return all;
    }
}
