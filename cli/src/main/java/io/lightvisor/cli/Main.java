package io.lightvisor.cli;

import java.nio.charset.StandardCharsets;

/// Where the command starts: from `java`, or from the C starter.
public final class Main {
    private Main() {}

    /// By `java`.
    public static void main(String[] args) {
        Runtime.getRuntime().halt(Cli.run(java.util.List.of(args)));
    }

    /// By the starter, which passes the arguments as the bytes they are, and ends the process with the answer.
    public static int start(byte[][] args) {
        java.util.ArrayList<String> words = new java.util.ArrayList<>(args.length);
        for (byte[] arg : args) {
            words.add(new String(arg, StandardCharsets.UTF_8));
        }
        return Cli.run(words);
    }
}
