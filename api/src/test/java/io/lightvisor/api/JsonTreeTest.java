package io.lightvisor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTreeTest {
    private static Object parse(String json) {
        return JsonTree.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "true",
                "-1",
                "1.5",
                "\"\"",
                "{\"a\":{\"b\":[1,2,{\"c\":null}]},\"d\":\"e\"}",
                "\"\\\"\\\\\\n\\t\\u003c\\u0001\"",
                "9223372036854775807"
            })
    void text_ofWhatWasParsed_isTheSame(String json) {
        assertEquals(json, JsonTree.text(parse(json)));
    }

    @Test
    void parse_escapesAndUnicode() {
        assertEquals("aé€😀/\b\f\r", parse("\"a\\u00e9€\\ud83d\\ude00\\/\\b\\f\\r\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "{\"a\"}",
                "{\"a\":}",
                "{a:1}",
                "[1,]",
                "[1 2]",
                "\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "tru",
                "1e",
                "--1",
                "1 2",
                "{}x",
                "\"a\nb\"",
                "'a'"
            })
    void parse_whatIsNoJson_isRefused(String text) {
        assertThrows(WireException.class, () -> parse(text));
    }

    @Test
    void parse_nestedTooDeep_isRefused() {
        assertThrows(WireException.class, () -> parse("[".repeat(1000) + "]".repeat(1000)));
    }

    @Test
    void pretty_sortsKeysAndIndentsByTabs() {
        assertEquals("{\n\t\"a\": [\n\t\t1\n\t],\n\t\"b\": {}\n}", JsonTree.pretty(parse("{\"b\":{},\"a\":[1]}")));
    }

    @Test
    void object_readsWhatFitsAndNeverFails() {
        JsonObject object =
                JsonTree.object("{\"n\":7,\"t\":\"x\",\"l\":[\"a\",1,{}],\"z\":null}".getBytes(StandardCharsets.UTF_8));
        assertEquals(7, object.number("n"));
        assertEquals("7", object.text("n"));
        assertEquals("", object.text("z"));
        assertEquals(0, object.number("t"));
        assertEquals(List.of("a"), object.texts("l"));
        assertEquals(1, object.objects("l").size());
        assertEquals(0, object.object("none").keys().size());
    }
}
