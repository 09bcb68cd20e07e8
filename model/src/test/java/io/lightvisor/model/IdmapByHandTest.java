package io.lightvisor.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lightvisor.model.config.RawIdmap;
import org.junit.jupiter.api.Test;

final class IdmapByHandTest {
    @Test
    void with_oneId_splitsTheRange() {
        var map =
                Idmap.of(1_000_000, 65_536).with(RawIdmap.parse("both 1000 500").entries());
        String lines = "0 1000000 500\n500 1000 1\n501 1000501 65035\n";
        assertEquals(lines, map.mapFile(Idmap.Kind.UID));
        assertEquals(lines, map.mapFile(Idmap.Kind.GID));
    }

    @Test
    void with_oneKindAndARange_leavesTheOther() {
        var map =
                Idmap.of(1_000_000, 65_536).with(RawIdmap.parse("uid 50-59 0-9").entries());
        assertEquals("0 50 10\n10 1000010 65526\n", map.mapFile(Idmap.Kind.UID));
        assertEquals("0 1000000 65536\n", map.mapFile(Idmap.Kind.GID));
    }

    @Test
    void with_outsideTheRange_isAdded() {
        var map = Idmap.of(1_000_000, 1000).with(RawIdmap.parse("gid 7 5000").entries());
        assertEquals("0 1000000 1000\n5000 7 1\n", map.mapFile(Idmap.Kind.GID));
    }

    @Test
    void with_anIdThatItHas_isRefused() {
        var map = Idmap.of(1_000_000, 65_536);
        var e = assertThrows(
                ProblemException.class,
                () -> map.with(RawIdmap.parse("both 1000001 500").entries()));
        assertEquals("Host id is in the range of subids", e.problem().what());
        // What is mapped away is free.
        assertEquals(
                "0 1000000 500\n500 1000500 1\n501 1000501 65035\n",
                map.with(RawIdmap.parse("both 1000500 500").entries()).mapFile(Idmap.Kind.UID));
    }
}
