package io.lightvisor.cli.terminal;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The terminal of the user, if there is one. Without the starter nothing counts as a terminal.
public final class Terminal {
    /// Signals, as Linux numbers them on every architecture that we run on.
    public static final int SIGHUP = 1;

    /// Interrupt: control-C.
    public static final int SIGINT = 2;

    /// Quit: control-\.
    public static final int SIGQUIT = 3;

    /// User signal 1.
    public static final int SIGUSR1 = 10;

    /// User signal 2.
    public static final int SIGUSR2 = 12;

    /// Terminate.
    public static final int SIGTERM = 15;

    /// Continue.
    public static final int SIGCONT = 18;

    /// The window has another size.
    public static final int SIGWINCH = 28;

    private static final int STDIN = 0;
    private static final int STDOUT = 1;

    private static volatile @Nullable SignalHandler handler;
    private static @Nullable Thread dispatcher;
    private static @Nullable InputStream stdin;
    private static @Nullable BufferedReader lines;

    private Terminal() {}

    /// Whether standard input is a terminal.
    public static boolean isInput() {
        return Native.isThere() && Native.isTerminal(STDIN);
    }

    /// Whether standard output is a terminal.
    public static boolean isOutput() {
        return Native.isThere() && Native.isTerminal(STDOUT);
    }

    /// The columns of the terminal; 80 if unknown.
    public static int columns() {
        int size = size();
        return size <= 0 ? 80 : size >> 16;
    }

    /// The rows of the terminal; 24 if unknown.
    public static int rows() {
        int size = size();
        return size <= 0 ? 24 : size & 0xffff;
    }

    private static int size() {
        if (!Native.isThere()) {
            return -1;
        }
        int size = Native.size(STDOUT);
        return size > 0 ? size : Native.size(STDIN);
    }

    /// Hands every key through, unseen by the terminal; undone by [#restore] and at the end of the process.
    public static void raw() {
        if (Native.isThere()) {
            Native.raw(STDIN);
        }
    }

    /// Gives the terminal its former mode back.
    public static void restore() {
        if (Native.isThere()) {
            Native.restore(STDIN);
        }
    }

    /// Who takes signals.
    public interface SignalHandler {
        /// Takes a signal; the last one set takes all that were ever asked for.
        void signal(int number) throws IOException;
    }

    /// Hands these signals to `taker` from now on, in place of whoever took them before. Without the starter nothing
    /// comes.
    public static synchronized void take(SignalHandler taker, int... signals) {
        handler = taker;
        if (!Native.isThere()) {
            return;
        }
        Native.watch(signals);
        if (dispatcher != null) {
            return;
        }
        Thread thread = new Thread("signals") {
            @Override
            public void run() {
                dispatch();
            }
        };
        thread.setDaemon(true);
        thread.start();
        dispatcher = thread;
    }

    /// Lets signals end the command again.
    public static void giveBack() {
        handler = new SignalHandler() {
            @Override
            public void signal(int number) {
                if (number == SIGWINCH || number == SIGCONT) {
                    return;
                }
                restore();
                Runtime.getRuntime().halt(128 + number);
            }
        };
    }

    private static void dispatch() {
        int number;
        while ((number = Native.nextSignal()) > 0) {
            SignalHandler taker = handler;
            try {
                if (taker != null) {
                    taker.signal(number);
                }
            } catch (IOException gone) {
                // What the signal was for has ended; that is told elsewhere.
            }
        }
    }

    /// Standard input, without a buffer.
    public static synchronized InputStream input() {
        InputStream in = stdin;
        if (in == null) {
            in = new FileInputStream(FileDescriptor.in);
            stdin = in;
        }
        return in;
    }

    /// Reads all of standard input, if somebody has put something there; empty on a terminal.
    public static String inputText() throws IOException {
        return isInput() ? "" : new String(input().readAllBytes(), StandardCharsets.UTF_8);
    }

    /// Asks on standard output and reads a line; null at the end of the input.
    public static synchronized @Nullable String ask(Output out, String question) throws IOException {
        out.print(question);
        out.flush();
        BufferedReader reader = lines;
        if (reader == null) {
            reader = new BufferedReader(new InputStreamReader(input(), StandardCharsets.UTF_8));
            lines = reader;
        }
        String answer = reader.readLine();
        return answer == null ? null : answer.trim();
    }

    /// As [#ask], without showing what is typed.
    public static @Nullable String askSecret(Output out, String question) throws IOException {
        boolean terminal = isInput();
        if (terminal) {
            Native.echo(STDIN, false);
        }
        try {
            return ask(out, question);
        } finally {
            if (terminal) {
                Native.echo(STDIN, true);
                out.println("");
            }
        }
    }
}
