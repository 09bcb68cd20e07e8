package io.lightvisor.cli.out;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Rows under headers, printed as LXD 5.0.2 does: a frame around each cell, headers centred in capitals, values to the
/// left;
/// or compact, or CSV (RFC 4180, quoted only where needed, no header).
public final class Table {
    private final ArrayList<String> headers = new ArrayList<>();
    private final ArrayList<String[]> rows = new ArrayList<>();

    /// A table with these headers.
    public Table(String... headers) {
        for (String header : headers) {
            this.headers.add(header);
        }
    }

    /// A table with these headers.
    public Table(List<String> headers) {
        this.headers.addAll(headers);
    }

    /// Adds a row with as many values as there are headers. A value may have several lines.
    public void add(String... values) {
        rows.add(values);
    }

    /// How many rows there are.
    public int size() {
        return rows.size();
    }

    /// Sorts by the first column, then the next: digits within by their value (`c2` before `c10`).
    public void sort() {
        sortFrom(0);
    }

    /// Sorts by one column before all others; -1 is [#sort].
    public void sortBy(int column) {
        sort();
        if (column > 0) {
            sortFrom(column);
        }
    }

    private void sortFrom(int column) {
        rows.sort(new Comparator<String[]>() {
            @Override
            public int compare(String[] a, String[] b) {
                for (int i = column; i < a.length; i++) {
                    // Empty values go last, as LXD has it.
                    if (a[i].isEmpty() != b[i].isEmpty()) {
                        return a[i].isEmpty() ? 1 : -1;
                    }
                    int order = NaturalOrder.compare(a[i], b[i]);
                    if (order != 0) {
                        return order;
                    }
                }
                return 0;
            }
        });
    }

    /// The table as text.
    public String table() {
        int[] width = widths();
        StringBuilder line = new StringBuilder("+");
        for (int w : width) {
            for (int i = 0; i < w + 2; i++) {
                line.append('-');
            }
            line.append('+');
        }
        line.append('\n');
        StringBuilder out = new StringBuilder((rows.size() + 2) * 2 * line.length());
        out.append(line).append('|');
        for (int i = 0; i < width.length; i++) {
            out.append(' ');
            centre(out, shown(headers.get(i)), width[i]);
            out.append(" |");
        }
        out.append('\n').append(line);
        for (String[] row : rows) {
            for (int l = 0; l < lines(row); l++) {
                out.append('|');
                for (int i = 0; i < width.length; i++) {
                    out.append(' ');
                    left(out, line(row[i], l), width[i]);
                    out.append(" |");
                }
                out.append('\n');
            }
            out.append(line);
        }
        return out.toString();
    }

    /// The table without lines.
    public String compact() {
        int[] width = widths();
        StringBuilder out = new StringBuilder(256 + rows.size() * 80);
        out.append(' ');
        for (int i = 0; i < width.length; i++) {
            out.append(' ');
            centre(out, shown(headers.get(i)), width[i]);
            out.append(' ');
        }
        out.append(" \n");
        for (String[] row : rows) {
            for (int l = 0; l < lines(row); l++) {
                out.append(' ');
                for (int i = 0; i < width.length; i++) {
                    out.append(' ');
                    left(out, line(row[i], l), width[i]);
                    out.append(' ');
                }
                out.append(" \n");
            }
        }
        return out.toString();
    }

    /// The rows as CSV.
    public String csv() {
        StringBuilder out = new StringBuilder(rows.size() * 64);
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                if (i > 0) {
                    out.append(',');
                }
                field(out, row[i]);
            }
            out.append('\n');
        }
        return out.toString();
    }

    private static void field(StringBuilder out, String value) {
        boolean quote = value.equals("\\.");
        for (int i = 0; i < value.length() && !quote; i++) {
            char c = value.charAt(i);
            quote = c == ',' || c == '"' || c == '\n' || c == '\r' || (i == 0 && (c == ' ' || c == '\t'));
        }
        if (!quote) {
            out.append(value);
            return;
        }
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"') {
                out.append('"');
            }
            out.append(c);
        }
        out.append('"');
    }

    private int[] widths() {
        int[] width = new int[headers.size()];
        for (int i = 0; i < width.length; i++) {
            width[i] = width(shown(headers.get(i)));
        }
        for (String[] row : rows) {
            for (int i = 0; i < width.length; i++) {
                for (int l = 0; l < lines(row[i]); l++) {
                    width[i] = Math.max(width[i], width(line(row[i], l)));
                }
            }
        }
        return width;
    }

    /// A header as shown: capitals; `_`, and `.` that is not within a number, as spaces.
    private static String shown(String header) {
        StringBuilder out = new StringBuilder(header.toUpperCase(Locale.ROOT));
        for (int i = 0; i < out.length(); i++) {
            char c = out.charAt(i);
            if (c == '_') {
                out.setCharAt(i, ' ');
            } else if (c == '.') {
                boolean number = (i == 0 || Character.isDigit(out.charAt(i - 1)))
                        && (i + 1 == out.length() || Character.isDigit(out.charAt(i + 1)));
                if (!number) {
                    out.setCharAt(i, ' ');
                }
            }
        }
        return out.toString().trim();
    }

    private static int lines(String[] row) {
        int most = 1;
        for (String value : row) {
            most = Math.max(most, lines(value));
        }
        return most;
    }

    private static int lines(String value) {
        int lines = 1;
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) == '\n') {
                lines++;
            }
        }
        return lines;
    }

    private static String line(String value, int number) {
        int start = 0;
        for (int i = 0; i < number; i++) {
            start = value.indexOf('\n', start) + 1;
            if (start == 0) {
                return "";
            }
        }
        int end = value.indexOf('\n', start);
        return end < 0 ? value.substring(start) : value.substring(start, end);
    }

    private static void centre(StringBuilder out, String text, int width) {
        int gap = width - width(text);
        spaces(out, gap / 2);
        out.append(text);
        spaces(out, (gap + 1) / 2);
    }

    private static void left(StringBuilder out, String text, int width) {
        out.append(text);
        spaces(out, width - width(text));
    }

    private static void spaces(StringBuilder out, int count) {
        for (int i = 0; i < count; i++) {
            out.append(' ');
        }
    }

    /// How many cells of a terminal a text takes: letters of East Asia two, marks none.
    static int width(String text) {
        int width = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x300) {
                width += c < ' ' ? 0 : 1;
                continue;
            }
            int point = text.codePointAt(i);
            if (Character.isSupplementaryCodePoint(point)) {
                i++;
            }
            int type = Character.getType(point);
            if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
                continue;
            }
            boolean wide = (point >= 0x1100 && point <= 0x115f)
                    || (point >= 0x2e80 && point <= 0xa4cf)
                    || (point >= 0xac00 && point <= 0xd7a3)
                    || (point >= 0xf900 && point <= 0xfaff)
                    || (point >= 0xfe30 && point <= 0xfe6f)
                    || (point >= 0xff00 && point <= 0xff60)
                    || (point >= 0xffe0 && point <= 0xffe6)
                    || (point >= 0x1f300 && point <= 0x1faff)
                    || (point >= 0x20000 && point <= 0x3fffd);
            width += wide ? 2 : 1;
        }
        return width;
    }
}
