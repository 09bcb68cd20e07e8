package io.lightvisor.linux.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FileSystemProbeTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"xfs, 0, XFSB", "squashfs, 0, hsqs", "btrfs, 65600, _BHRfS_M", "iso9660, 32769, CD001"})
    void type_byItsMark(String type, long at, String mark) throws IOException {
        assertEquals(Optional.of(type), type(at, mark.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void type_ext4() throws IOException {
        assertEquals(Optional.of("ext4"), type(1080, new byte[] {0x53, (byte) 0xef}));
    }

    @Test
    void type_ofNothing() throws IOException {
        assertEquals(Optional.empty(), type(10, new byte[] {1}));
        assertEquals(Optional.empty(), FileSystemProbe.type(Open.path(Files.createFile(folder.resolve("empty")))));
    }

    private Optional<String> type(long at, byte[] mark) throws IOException {
        Path file = folder.resolve("image");
        try (var image = new RandomAccessFile(file.toFile(), "rw")) {
            image.setLength(1 << 17);
            image.seek(at);
            image.write(mark);
        }
        try (var device = Open.path(file, OpenFlag.READ)) {
            return FileSystemProbe.type(device);
        }
    }
}
