package io.lightvisor.model.device;

import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// All devices of an instance or a profile, in the order of their names.
public record Devices(List<Device> all) {
    public Devices {
        all = List.copyOf(all);
    }

    /// Reads all, and refuses two disks at one path.
    ///
    /// @throws io.lightvisor.model.ProblemException `BadRequest`: `Device validation failed for "NAME": ...`
    public static Devices parse(DeviceMap map) {
        var all = new ArrayList<Device>();
        var paths = new HashSet<String>();
        map.byName().forEach((name, options) -> {
            var device = Device.parse(name, options);
            if (device instanceof DiskDevice disk && !disk.path().isEmpty() && !paths.add(disk.target())) {
                throw Problem.badRequest("Device validation failed for \"" + name
                                + "\": More than one disk device uses the same path \"" + disk.path() + "\"")
                        .exception();
            }
            all.add(device);
        });
        return new Devices(all);
    }

    /// Refuses to start an instance that has a device which is not offered: without it the instance would not be what
    /// was asked for.
    ///
    /// @throws io.lightvisor.model.ProblemException `Unsupported`, naming the device, the reason and the way out
    public void requireSupported(String instance) {
        for (var device : all) {
            if (!device.isSupported()) {
                throw new Problem.Unsupported(
                                "Failed to start device \"" + device.name() + "\"",
                                device.missing(),
                                "remove it with \"lxc config device remove " + instance + " " + device.name()
                                        + "\", or from the profile that brings it")
                        .exception();
            }
        }
    }
}
