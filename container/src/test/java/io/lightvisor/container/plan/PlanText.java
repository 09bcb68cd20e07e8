package io.lightvisor.container.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads a plan back, one line a step: `MOUNT 14 8 proc /proc proc`. Checks what the launcher checks.
public final class PlanText {
    private static final int HEADER = 56;

    private PlanText() {}

    /// The steps of the parent.
    public static List<String> parent(Plan plan) {
        var bytes = ByteBuffer.wrap(plan.toBytes()).order(ByteOrder.nativeOrder());
        return steps(bytes, HEADER, bytes.getInt(8));
    }

    /// The steps of the child.
    public static List<String> child(Plan plan) {
        var bytes = ByteBuffer.wrap(plan.toBytes()).order(ByteOrder.nativeOrder());
        return steps(bytes, HEADER + bytes.getInt(8), bytes.getInt(12));
    }

    static List<String> steps(ByteBuffer bytes, int from, int size) {
        var lines = new ArrayList<String>();
        int at = from;
        while (at < from + size) {
            int length = bytes.getInt(at);
            int numbers = bytes.get(at + 6);
            int texts = bytes.get(at + 7);
            if (length % 8 != 0 || numbers > 4 || texts > 4) {
                throw new AssertionError("malformed step at " + at);
            }
            var line = new StringBuilder(Step.values()[bytes.getShort(at + 4) - 1].name());
            int read = at + 8;
            for (int i = 0; i < numbers; i++, read += 8) {
                line.append(' ').append(bytes.getLong(read));
            }
            for (int i = 0; i < texts; i++) {
                var text = new byte[bytes.getInt(read)];
                bytes.get(read + 4, text);
                if (bytes.get(read + 4 + text.length) != 0) {
                    throw new AssertionError("text without NUL at " + read);
                }
                line.append(' ').append(new String(text, StandardCharsets.UTF_8).replace('\0', ','));
                read = at + (read - at + 4 + text.length + 1 + 7 & ~7);
            }
            if (read != at + length) {
                throw new AssertionError("step at " + at + " is " + (read - at) + " bytes, says " + length);
            }
            lines.add(line.toString());
            at += length;
        }
        return lines;
    }
}
