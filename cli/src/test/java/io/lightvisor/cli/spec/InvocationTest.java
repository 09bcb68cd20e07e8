package io.lightvisor.cli.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class InvocationTest {
    private static final Spec SPEC = Spec.leaf("x", "<a> <b>", 1, 2, "")
            .flag('f', "force", "")
            .text('n', "name", "nobody", "")
            .list('c', "config", "")
            .optional("console", "console", "");

    private static Invocation parse(String... words) throws UsageException {
        return Invocation.parse(SPEC, List.of(words));
    }

    @Test
    void parse_flagsAnywhere() throws UsageException {
        Invocation in = parse("a", "-f", "-c", "k=v", "--config=k2=v2", "--project", "p", "b", "-nme");
        assertEquals(List.of("a", "b"), in.args());
        assertTrue(in.has("force"));
        assertEquals(List.of("k=v", "k2=v2"), in.list("config"));
        assertEquals("p", in.text("project"));
        assertEquals("me", in.text("name"));
        assertTrue(in.hasRightCount());
    }

    @Test
    void parse_afterTwoDashes_nothingIsAFlag() throws UsageException {
        Invocation in = parse("-f", "--", "-n", "--force");
        assertEquals(List.of("-n", "--force"), in.args());
    }

    @Test
    void parse_optionalValues() throws UsageException {
        assertEquals("console", parse("--console", "a").text("console"));
        assertEquals("vga", parse("--console=vga", "a").text("console"));
        assertFalse(parse("a").has("console"));
    }

    @Test
    void parse_fallbacksAndSwitchesWithValues() throws UsageException {
        assertEquals("nobody", parse("a").text("name"));
        assertFalse(parse("a", "--force=false").has("force"));
        assertEquals(List.of("-"), parse("-").args());
    }

    @Test
    void parse_whatIsUnknown_saysSoInCobrasWords() {
        assertEquals(
                "unknown flag: --foo",
                assertThrows(UsageException.class, () -> parse("--foo")).getMessage());
        assertEquals(
                "unknown shorthand flag: 'x' in -x",
                assertThrows(UsageException.class, () -> parse("-fx")).getMessage());
        assertEquals(
                "flag needs an argument: --name",
                assertThrows(UsageException.class, () -> parse("--name")).getMessage());
    }

    @Test
    void help_showsAllThatIsDeclared() {
        String help = Help.of(Spec.group("g", "A family", Spec.leaf("one", "<a>", 1, 1, "The first")), false, false);
        assertTrue(help.contains("lxc g [command]"));
        assertTrue(help.contains("  one   The first"));
        assertTrue(Help.of(SPEC, false, false).contains("-n, --name"));
    }
}
