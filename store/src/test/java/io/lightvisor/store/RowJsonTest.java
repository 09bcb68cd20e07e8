package io.lightvisor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lightvisor.model.Project;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RowJsonTest {
    private final RowJson json = new RowJson();

    @Test
    void encode_oneOfEachKindComesBack() {
        new MemoryStore().decide(draft -> {
            Samples.putOneOfEach(draft);
            for (var kind : Kind.ALL) {
                var value = draft.all(kind).getFirst();
                assertEquals(value, json.decode(kind, json.encode(kind, value)), kind.name());
            }
            return null;
        });
    }

    @Test
    void encode_imageWithoutSource() {
        var image = Samples.image(Optional.empty());
        assertEquals(image, json.decode(Kind.IMAGE, json.encode(Kind.IMAGE, image)));
    }

    @Test
    void encode_namesArePlainText() {
        assertEquals(
                "{\"name\":\"default\",\"description\":\"d\",\"config\":{}}",
                json.encode(Kind.PROJECT, new Project(Project.DEFAULT, "d", java.util.Map.of())));
    }

    @Test
    void decode_unknownField() {
        assertEquals(
                new Counter("c", 7), json.decode(Kind.COUNTER, "{\"name\":\"c\",\"more\":{\"x\":[1,2]},\"last\":7}"));
    }

    @Test
    void decode_nonsense() {
        assertThrows(RuntimeException.class, () -> json.decode(Kind.INSTANCE, "{\"id\":1,"));
        assertThrows(RuntimeException.class, () -> json.decode(Kind.INSTANCE, "{\"id\":1}"));
        assertThrows(RuntimeException.class, () -> json.decode(Kind.PROJECT, "{\"name\":\"a/b\"}"));
    }
}
