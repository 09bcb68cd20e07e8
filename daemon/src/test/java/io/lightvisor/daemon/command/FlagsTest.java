package io.lightvisor.daemon.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    init --auto                    | init
                    --debug waitready -t 3         | waitready
                    --group lxd --logfile /tmp/x   | ''
                    --logfile /tmp/x shutdown      | shutdown
                    --logfile=/tmp/x shutdown -f   | shutdown
                    """)
    void commandIn_anyPlace(String line, String command) {
        assertEquals(command, Flags.commandIn(List.of(line.split(" "))));
    }

    @Test
    void parse_formsOfAFlag() throws CommandFailure {
        for (String line : List.of(
                "waitready --timeout 7",
                "waitready --timeout=7",
                "waitready -t 7",
                "waitready -t7",
                "-t 7 waitready")) {
            assertEquals(
                    7,
                    Flags.parse(List.of(line.split(" ")), Flags.of("waitready")).number("timeout", 0),
                    line);
        }
        var flags = Flags.parse(List.of("-d", "--verbose=false"), Flags.DAEMON);
        assertTrue(flags.has("debug"));
        assertFalse(flags.has("verbose"));
    }

    @ParameterizedTest
    @CsvSource({
        "'--foo', unknown flag: --foo",
        "'-x', unknown shorthand flag: 'x' in -x",
        "'--group', flag needs an argument: --group"
    })
    void parse_refuses(String line, String words) {
        var failure = assertThrows(CommandFailure.class, () -> Flags.parse(List.of(line.split(" ")), Flags.DAEMON));
        assertEquals(words.replace("''", "'"), failure.getMessage());
    }

    @Test
    void number_notOne() throws CommandFailure {
        var flags = Flags.parse(List.of("-t", "soon"), Flags.of("waitready"));
        assertThrows(CommandFailure.class, () -> flags.number("timeout", 0));
    }
}
