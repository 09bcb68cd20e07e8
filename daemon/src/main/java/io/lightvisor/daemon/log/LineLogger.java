package io.lightvisor.daemon.log;

import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/// One named logger. Only ours (`lightvisor.*`) speak below WARNING: what libraries find worth telling at INFO is not.
final class LineLogger implements System.Logger {
    private final String name;
    private final boolean ours;

    LineLogger(String name) {
        this.name = name;
        this.ours = name.startsWith("lightvisor");
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        return level != Level.OFF
                && (ours || level.getSeverity() >= Level.WARNING.getSeverity())
                && Log.isWanted(level);
    }

    @Override
    public void log(Level level, @Nullable ResourceBundle bundle, String text, @Nullable Throwable thrown) {
        if (isLoggable(level)) {
            Log.write(level, name, text, thrown);
        }
    }

    @Override
    public void log(Level level, @Nullable ResourceBundle bundle, String format, Object @Nullable ... values) {
        if (isLoggable(level)) {
            String text = values == null || values.length == 0 ? format : MessageFormat.format(format, values);
            Log.write(level, name, text, null);
        }
    }
}
