package io.lightvisor.daemon.log;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The one log of the process. A line is
///
///     time="2026-01-02T03:04:05.678Z" level=warning msg="cannot read quota of pool fast, ignoring" logger=storage
///
/// with the causes of a failure behind `msg` ("...: cause: cause") and, at level debug, its stack on lines of its own.
public final class Log {
    private static final ReentrantLock LOCK = new ReentrantLock();

    // Guarded by LOCK for writing.
    private static volatile int console = Level.WARNING.getSeverity();
    private static volatile @Nullable OutputStream file;
    private static volatile @Nullable Listener listener;

    private Log() {}

    /// Hears every line of level debug and up, on the thread that logs; must only put it away.
    public interface Listener {
        /// Whether anybody wants lines of this level now.
        boolean isListening(Level level);

        /// A line.
        ///
        /// @param level `debug`, `info`, `warning` or `error`
        void heard(String level, String logger, String message);
    }

    /// Sets from which level on lines go to the standard error output.
    public static void console(Level from) {
        console = from.getSeverity();
    }

    /// Whether the console shows lines of level debug.
    public static boolean showsDebug() {
        return console <= Level.DEBUG.getSeverity();
    }

    /// Writes lines of level info and up (debug if the console shows debug) to a file too, behind what is there.
    public static void file(Path path) throws IOException {
        file = Files.newOutputStream(
                path, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.WRITE);
    }

    /// Hands lines to one listener as well.
    public static void listener(Listener to) {
        listener = to;
    }

    static boolean isWanted(Level level) {
        int severity = level.getSeverity();
        Listener to = listener;
        return severity >= console
                || (file != null && severity >= Level.INFO.getSeverity())
                || (to != null && severity >= Level.DEBUG.getSeverity() && to.isListening(level));
    }

    static void write(Level level, String logger, String text, @Nullable Throwable thrown) {
        String name = level == Level.WARNING ? "warning" : level == Level.TRACE ? "trace" : plain(level);
        String brief = logger.startsWith("lightvisor.") ? logger.substring("lightvisor.".length()) : logger;
        String message = withCauses(text, thrown);
        var line = new StringBuilder(160);
        line.append("time=\"").append(Instant.now().truncatedTo(ChronoUnit.MILLIS));
        line.append("\" level=").append(name).append(" msg=\"");
        quote(line, message);
        line.append("\" logger=").append(brief).append('\n');
        boolean ours = level.getSeverity() >= Level.ERROR.getSeverity() && !(isExpected(thrown));
        if (thrown != null && (ours || console <= Level.DEBUG.getSeverity())) {
            var stack = new StringWriter();
            thrown.printStackTrace(new PrintWriter(stack));
            line.append(stack);
        }
        byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
        OutputStream to = file;
        LOCK.lock();
        try {
            if (level.getSeverity() >= console) {
                System.err.write(bytes, 0, bytes.length);
                System.err.flush();
            }
            if (to != null && level.getSeverity() >= Math.min(console, Level.INFO.getSeverity())) {
                to.write(bytes);
            }
        } catch (IOException e) {
            // A full disk must not end what is being logged about; the console has the line.
            file = null;
            System.err.println("log file not written, going on without it: " + e);
        } finally {
            LOCK.unlock();
        }
        Listener listening = listener;
        if (listening != null && level.getSeverity() >= Level.DEBUG.getSeverity() && listening.isListening(level)) {
            listening.heard(name, brief, message);
        }
    }

    private static boolean isExpected(@Nullable Throwable thrown) {
        return thrown == null || thrown instanceof IOException;
    }

    private static String plain(Level level) {
        return switch (level) {
            case ERROR -> "error";
            case INFO -> "info";
            default -> "debug";
        };
    }

    private static String withCauses(String text, @Nullable Throwable thrown) {
        if (thrown == null) {
            return text;
        }
        var all = new StringBuilder(text);
        int depth = 0;
        for (Throwable t = thrown; t != null && depth < 8; t = t.getCause(), depth++) {
            String message = t.getMessage();
            String words = message == null ? t.getClass().getSimpleName() : message;
            if (all.indexOf(words) < 0) {
                all.append(": ").append(words);
            }
        }
        return all.toString();
    }

    private static void quote(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                default -> {
                    if (c < ' ' || c == 0x7f) {
                        out.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
    }
}
