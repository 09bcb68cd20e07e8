package io.lightvisor.cli.session;

import io.lightvisor.cli.terminal.Output;

/// One line of the terminal that is written over and over, and is gone at the end.
public final class ProgressLine {
    private final Output out;
    private final String label;
    private int shown;
    private boolean ended;

    /// A line that begins with `label`.
    public ProgressLine(Output out, String label) {
        this.out = out;
        this.label = label;
    }

    /// Shows how far it is.
    public synchronized void show(String text) {
        if (ended || (text.isEmpty() && shown == 0)) {
            return;
        }
        String line = text.isEmpty() || label.isEmpty() ? text : label + ": " + text;
        StringBuilder all = new StringBuilder(line.length() + 16).append('\r').append(line);
        for (int i = line.length(); i < shown; i++) {
            all.append(' ');
        }
        shown = line.length();
        out.print(all.toString());
        out.flush();
    }

    /// Wipes the line.
    public synchronized void end() {
        ended = true;
        if (shown > 0) {
            StringBuilder all = new StringBuilder("\r");
            for (int i = 0; i < shown; i++) {
                all.append(' ');
            }
            out.print(all.append('\r').toString());
            out.flush();
            shown = 0;
        }
    }
}
