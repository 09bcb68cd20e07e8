package io.lightvisor.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.model.Idmap;
import io.lightvisor.model.ProblemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AppArmorProfileTest {
    @Test
    void name_isOfTheKind() {
        assertEquals("lightvisor-unprivileged_a_b", AppArmorProfile.name("a/b", spec(Idmap.of(1000, 10), false, "")));
        assertEquals("lightvisor-privileged-nesting_t", AppArmorProfile.name("t", spec(Idmap.HOST, true, "")));
        assertNotEquals(
                AppArmorProfile.name("t", spec(Idmap.HOST, false, "mount,")),
                AppArmorProfile.name("t", spec(Idmap.HOST, false, "umount,")));
    }

    @Test
    void text_ofPrivileged_deniesKnobs() {
        assertTrue(AppArmorProfile.text("p", spec(Idmap.HOST, false, "")).contains("deny mount fstype=debugfs"));
        assertFalse(
                AppArmorProfile.text("p", spec(Idmap.of(1000, 10), false, "")).contains("deny mount"));
    }

    @Test
    void text_hasRawLines() {
        assertTrue(AppArmorProfile.text("p", spec(Idmap.HOST, false, "deny /x/{a,b} w,"))
                .contains("\ndeny /x/{a,b} w,\n}\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"}", "}\nprofile evil {", "{", "mount,\u0000", "{}}{"})
    void text_refusesRawThatLeavesTheProfile(String raw) {
        assertThrows(ProblemException.class, () -> AppArmorProfile.text("p", spec(Idmap.HOST, false, raw)));
    }

    private static StartSpec spec(Idmap map, boolean nesting, String raw) {
        return new StartSpec(
                1,
                "c1",
                "c1",
                map,
                nesting,
                new RootFilesystem.Directory(Path.of("/root")),
                List.of(),
                List.of(),
                StartSpec.SBIN_INIT,
                Map.of(),
                Limits.NONE,
                new SecuritySpec(true, false, List.of(), List.of(), true, raw),
                Map.of(),
                Map.of(),
                Path.of("/log"),
                NicsHook.NONE);
    }
}
