package io.lightvisor.daemon.init;

import io.lightvisor.daemon.command.CommandFailure;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/// Asks a person, or a script that answers line by line. The end of the input ends the command.
final class Prompt {
    private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    /// A yes or no.
    boolean yes(String question, boolean otherwise) throws CommandFailure {
        String answer = line(
                question + " (yes/no) [default=" + (otherwise ? "yes" : "no") + "]: ",
                otherwise ? "yes" : "no",
                text -> text.equals("yes") || text.equals("no") || text.equals("y") || text.equals("n"));
        return answer.startsWith("y");
    }

    /// A text; an empty answer takes `otherwise`.
    String text(String question, String otherwise, Predicate<String> good) throws CommandFailure {
        return line(question + (otherwise.isEmpty() ? ": " : " [default=" + otherwise + "]: "), otherwise, good);
    }

    private String line(String question, String otherwise, Predicate<String> good) throws CommandFailure {
        while (true) {
            System.out.print(question);
            System.out.flush();
            String answer = read();
            if (answer.isEmpty()) {
                answer = otherwise;
            }
            if (good.test(answer)) {
                return answer;
            }
            System.err.println("Invalid input, try again.\n");
        }
    }

    private String read() throws CommandFailure {
        try {
            String line = in.readLine();
            if (line == null) {
                System.out.println();
                throw new CommandFailure("EOF");
            }
            return line.strip();
        } catch (IOException e) {
            throw new CommandFailure("the answer cannot be read: " + e.getMessage(), e);
        }
    }

    /// A password, typed twice, not shown on a terminal.
    String password(String question) throws CommandFailure {
        Console console = System.console();
        while (true) {
            String first = secret(console, question + ": ");
            String second = secret(console, "Again: ");
            if (first.equals(second)) {
                return first;
            }
            System.err.println("Invalid input, try again.\n");
        }
    }

    private String secret(@org.jspecify.annotations.Nullable Console console, String question) throws CommandFailure {
        if (console != null && console.isTerminal()) {
            char[] typed = console.readPassword("%s", question);
            if (typed == null) {
                throw new CommandFailure("EOF");
            }
            return new String(typed);
        }
        System.out.print(question);
        System.out.flush();
        String answer = read();
        System.out.println();
        return answer;
    }
}
