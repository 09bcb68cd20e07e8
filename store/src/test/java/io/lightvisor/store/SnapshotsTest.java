package io.lightvisor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SnapshotsTest {
    @TempDir
    Path dir;

    @Test
    void committed_isCopiedAWhileLater() throws Exception {
        var folder = new StoreFolder(dir);
        var json = new RowJson();
        try (var store = SqliteStore.open(dir, 50);
                var watch = dir.getFileSystem().newWatchService()) {
            folder.folder().register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            for (int i = 1; i <= 3; i++) {
                store.decide(Draft::nextInstanceId);
                while (revision(folder.snapshot(), json) < i) {
                    var key = watch.poll(10, TimeUnit.SECONDS);
                    assertEquals(true, key != null, "no snapshot of revision " + i);
                    key.pollEvents();
                    key.reset();
                }
            }
        }
    }

    private static long revision(Path file, RowJson json) throws Exception {
        if (!Files.exists(file)) {
            return -1;
        }
        try (var database = Database.openToRead(file, json)) {
            return database.revision();
        }
    }
}
