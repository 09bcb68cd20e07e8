package io.lightvisor.engine.device;

import io.lightvisor.model.ProblemException;
import io.lightvisor.model.device.OtherDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Devices that are checked and never started: each with the reason, which is the host's where it has one.
final class OtherDevices {
    private static final List<String> PROGRAMS = List.of("/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/sbin");

    private OtherDevices() {}

    static ProblemException refusal(OtherDevice device) {
        return DeviceFailure.start(
                device.name(),
                switch (device.type()) {
                    case "infiniband" -> infiniband(device);
                    case "tpm" -> tpm();
                    case "pci" -> "Unsupported device type";
                    default -> device.missing();
                });
    }

    private static String infiniband(OtherDevice device) {
        String parent = device.options().getOrDefault("parent", "");
        boolean there = parent.indexOf('/') < 0 && Files.exists(Path.of("/sys/class/net", parent));
        return there
                ? "Parent device '" + parent + "' is given to instances by nothing in this version"
                : "Parent device '" + parent + "' doesn't exist";
    }

    private static String tpm() {
        boolean emulator = PROGRAMS.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, "swtpm")));
        if (!emulator) {
            return "Failed to validate environment: Required tool 'swtpm' is missing";
        }
        return Files.exists(Path.of("/dev/vtpmx"))
                ? "TPMs are not offered by this version"
                : "Failed to validate environment: the kernel has no module tpm_vtpm_proxy (/dev/vtpmx)";
    }
}
