package io.lightvisor.engine.backup;

import io.lightvisor.image.backup.IdShift;
import io.lightvisor.model.Problem;
import java.util.ArrayList;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/// Reads `volatile.last_state.idmap`: how the owners in a root lie shifted on the disk of the host that wrote it.
///
///     [{"Isuid":true,"Isgid":false,"Hostid":100000,"Nsid":0,"Maprange":65536}, ...]
public final class IdmapText {
    private static final int MAX_LINES = 340; // user_namespaces(7)
    private static final int MAX_TEXT = 64 * 1024;

    private IdmapText() {}

    /// @throws io.lightvisor.model.ProblemException if it is no such list
    public static IdShift parse(String text) {
        if (text.isEmpty() || text.equals("[]")) {
            return IdShift.NONE;
        }
        if (text.length() > MAX_TEXT) {
            throw bad();
        }
        try {
            var settings = LoadSettings.builder()
                    .setSchema(new FailsafeSchema())
                    .setMaxAliasesForCollections(0)
                    .build();
            if (!(new Load(settings).loadFromString(text) instanceof Iterable<?> lines)) {
                throw bad();
            }
            var ranges = new ArrayList<IdShift.Range>();
            for (var each : lines) {
                if (!(each instanceof Map<?, ?> line) || ranges.size() >= MAX_LINES) {
                    throw bad();
                }
                ranges.add(new IdShift.Range(
                        "true".equals(line.get("Isuid")),
                        "true".equals(line.get("Isgid")),
                        number(line.get("Hostid")),
                        number(line.get("Nsid")),
                        number(line.get("Maprange"))));
            }
            return new IdShift(ranges);
        } catch (YamlEngineException | NumberFormatException e) {
            throw bad();
        }
    }

    private static long number(@org.jspecify.annotations.Nullable Object text) {
        long value = Long.parseLong(String.valueOf(text));
        if (value < 0 || value > 0xFFFF_FFFFL) {
            throw bad();
        }
        return value;
    }

    private static RuntimeException bad() {
        return new Problem.BadRequest("Backup not imported", "\"volatile.last_state.idmap\" does not parse", "")
                .exception();
    }
}
