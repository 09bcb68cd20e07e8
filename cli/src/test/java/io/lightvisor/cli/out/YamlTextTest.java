package io.lightvisor.cli.out;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class YamlTextTest {
    /// A value of a configuration key, and how `lxc config show` of LXD 5.0.2 prints it (recorded from the real one).
    private static final String[][] RECORDED = {
        {"1", "\"1\""},
        {"1.0", "\"1.0\""},
        {"true", "\"true\""},
        {"yes", "\"yes\""},
        {"null", "\"null\""},
        {"~", "\"~\""},
        {" lead", "' lead'"},
        {"trail ", "'trail '"},
        {"a: b", "'a: b'"},
        {"a #b", "'a #b'"},
        {"- x", "'- x'"},
        {"*x", "'*x'"},
        {"&x", "'&x'"},
        {"!x", "'!x'"},
        {"%x", "'%x'"},
        {"@x", "'@x'"},
        {"`x", "'`x'"},
        {"{a}", "'{a}'"},
        {"[a]", "'[a]'"},
        {"it's", "it's"},
        {"\"q\"", "'\"q\"'"},
        {"a\\b", "a\\b"},
        {"0x10", "\"0x10\""},
        {"1e3", "\"1e3\""},
        {"2026-01-01", "\"2026-01-01\""},
        {"2026-01-01T00:00:00Z", "\"2026-01-01T00:00:00Z\""},
        {"12:30", "\"12:30\""},
        {"12:30:45", "\"12:30:45\""},
        {"on", "\"on\""},
        {"off", "\"off\""},
        {"y", "\"y\""},
        {"n", "\"n\""},
        {"Y", "\"Y\""},
        {"No", "\"No\""},
        {"<<", "<<"},
        {"=", "="},
        {".inf", "\".inf\""},
        {".nan", "\".nan\""},
        {"1_000", "\"1_000\""},
        {"0b1", "\"0b1\""},
        {"0o7", "\"0o7\""},
        {"017", "\"017\""},
        {",", "','"},
        {"a,b", "a,b"},
        {"?x", "?x"},
        {"? x", "'? x'"},
        {":x", ":x"},
        {"x:", "'x:'"},
        {"-x", "-x"},
        {"ünï", "ünï"},
        {">", "'>'"},
        {"1:2", "\"1:2\""},
        {"+1", "\"+1\""},
        {"-1", "\"-1\""},
        {".5", "\".5\""},
        {"5.", "\"5.\""},
        {"TRUE", "\"TRUE\""},
        {"#x", "'#x'"},
        {"x#", "x#"},
        {"00:16:3e:b0:e8:b7", "00:16:3e:b0:e8:b7"},
        {"tab\there", "\"tab\\there\""},
        {"|", "'|'"},
        {"line one\nline two\n", "|\n    line one\n    line two"},
        {"line one\n  line two", "|-\n    line one\n      line two"},
        {
            "this is a rather long description with many words that surely goes beyond eighty columns in total, really",
            "this is a rather long description with many words that surely goes beyond\n    eighty columns in total, really"
        },
    };

    @TestFactory
    List<DynamicTest> of_configValues_areAsLxdPrintsThem() {
        return java.util.Arrays.stream(RECORDED)
                .map(row -> DynamicTest.dynamicTest(row[0], () -> {
                    JsonObject config = new JsonObject().put("user.long", row[0]);
                    assertEquals(
                            "config:\n  user.long: " + row[1] + "\n",
                            YamlText.of(new JsonObject().put("config", config)));
                }))
                .toList();
    }

    private static String yaml(String json) {
        return YamlText.of(JsonTree.parse(json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void of_nesting_keepsOrderAndDoesNotIndentLists() {
        assertEquals("""
                b: 1
                a:
                - x
                - name: w
                  list: []
                - - 1
                  - 2
                m: {}
                """, yaml("{\"b\":1,\"a\":[\"x\",{\"name\":\"w\",\"list\":[]},[1,2]],\"m\":{}}"));
        assertEquals("[]\n", yaml("[]"));
        assertEquals("- a\n- b\n", yaml("[\"a\",\"b\"]"));
    }

    @Test
    void of_whatTheWireLeavesNull_isShownEmpty() {
        assertEquals(
                "created_at: 2026-01-01T00:00:00Z\nbackups: []\nnetwork: {}\nbond: null\n",
                yaml("{\"created_at\":\"2026-01-01T00:00:00Z\",\"backups\":null,\"network\":null,\"bond\":null}"));
    }

    @Test
    void untyped_timesAreTexts() {
        assertEquals(
                "timestamp: \"2026-01-01T00:00:00Z\"\nmetadata: null\n",
                YamlText.untyped(new JsonObject()
                        .put("timestamp", "2026-01-01T00:00:00Z")
                        .put("metadata", null)));
    }
}
