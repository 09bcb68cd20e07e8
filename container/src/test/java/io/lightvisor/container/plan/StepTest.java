package io.lightvisor.container.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class StepTest {
    /// The two tables of steps, this one and the launcher's, are one contract.
    @Test
    void steps_areThoseOfTheLauncher() throws Exception {
        var header = Files.readString(Path.of("src/main/c/plan.h"));
        var list = header.substring(header.indexOf("enum step_code {"), header.indexOf("STEP_CODES"));
        var names = new ArrayList<String>();
        var matcher = Pattern.compile("(?m)^\\tSTEP_(\\w+)").matcher(list);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        var ours = new ArrayList<String>();
        for (var step : Step.values()) {
            ours.add(step.name());
        }
        assertEquals(ours, names);
    }

    @Test
    void header_hasItsFieldsInPlace() {
        var plan = new Plan(Plan.Kind.ENTER, 0x1122L);
        plan.parent().umask(1);
        plan.child().umask(2);
        var bytes = ByteBuffer.wrap(plan.toBytes()).order(ByteOrder.nativeOrder());
        assertEquals(2, bytes.getInt(4));
        assertEquals(16, bytes.getInt(8));
        assertEquals(16, bytes.getInt(12));
        assertEquals(0x1122L, bytes.getLong(16));
        assertEquals(List.of("UMASK 1"), PlanText.parent(plan));
        assertEquals(List.of("UMASK 2"), PlanText.child(plan));
    }

    @Test
    void steps_ofAnyLength_areReadBack() {
        for (int length = 0; length < 40; length++) {
            var plan = new Plan(Plan.Kind.START, 0);
            plan.child().symlink("x".repeat(length), "y");
            plan.child().execute(List.of("a", "b"), Map.of("K", "v"), "/bin", "");
            assertEquals(List.of("SYMLINK " + "x".repeat(length) + " y", "EXEC a,b, K=v, /bin "), PlanText.child(plan));
        }
    }

    @Test
    void steps_longerThanTheBuffer() {
        var plan = new Plan(Plan.Kind.START, 0);
        plan.child().hostname("h".repeat(100_000));
        plan.child().umask(7);
        assertEquals("UMASK 7", PlanText.child(plan).get(1));
    }

    @Test
    void device_isEncodedAsTheKernelDoes() {
        var plan = new Plan(Plan.Kind.START, 0);
        plan.child().makeNode("/dev/x", 0020666, 259, 0x12345);
        assertEquals(List.of("MKNOD 8630 " + (0x45L | 259L << 8 | 0x12300L << 12) + " /dev/x"), PlanText.child(plan));
    }
}
