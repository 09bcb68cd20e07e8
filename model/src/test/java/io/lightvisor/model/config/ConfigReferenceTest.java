package io.lightvisor.model.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// docs/reference/config.md is made from the schema: `mvn -pl model test -Dtest=ConfigReferenceTest -Dwrite.docs=true`.
final class ConfigReferenceTest {
    private static final Path REFERENCE = Path.of("../docs/reference/config.md");

    @Test
    void reference_isWhatTheSchemaSays() throws IOException {
        if (Boolean.getBoolean("write.docs")) {
            Files.createDirectories(REFERENCE.getParent());
            Files.writeString(REFERENCE, ConfigDocs.markdown());
        }
        assertEquals(ConfigDocs.markdown(), Files.readString(REFERENCE), "run this test with -Dwrite.docs=true");
    }
}
