package io.lightvisor.linux.cgroup;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.fs.DirFd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class GivenDeviceProgramTest {
    /// `r0 = answer; exit`.
    private static byte[] program(int answer) {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putLong(0xb7L | (long) answer << 32)
                .putLong(0x95)
                .array();
    }

    @Test
    void attach_andDetach() throws Exception {
        var unified = CgroupTree.detect().unified();
        Assumptions.assumeTrue(
                unified.isPresent() && "root".equals(System.getProperty("user.name")), "root, cgroup v2");
        Path group = Files.createDirectory(unified.get()
                .mountPoint()
                .resolve("lightvisor-test-" + ProcessHandle.current().pid()));
        try (var folder = DirFd.open(group);
                var given = GivenDeviceProgram.load(program(1))) {
            GivenDeviceProgram.attach(folder.fd(), given, 2);
            GivenDeviceProgram.detach(folder.fd(), given);
            assertThrows(SyscallException.class, () -> GivenDeviceProgram.detach(folder.fd(), given));
        } finally {
            Files.delete(group);
        }
    }

    @Test
    void load_whatTheVerifierRefuses() {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "root");
        assertThrows(SyscallException.class, () -> GivenDeviceProgram.load(new byte[16]));
        assertTrue(GivenDeviceProgram.isLoad(15));
    }
}
