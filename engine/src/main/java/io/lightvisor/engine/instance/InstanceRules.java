package io.lightvisor.engine.instance;

import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.ProjectName;
import io.lightvisor.model.config.Schemas;
import io.lightvisor.model.device.Devices;
import io.lightvisor.network.NicPlanner;
import io.lightvisor.store.Facts;
import java.util.Map;

/// What keys and devices of an instance or a profile must keep to. Pure.
final class InstanceRules {
    /// Keys and values that a user wrote for an instance.
    void validateConfig(Map<String, String> config) {
        Schemas.instance().validate(config);
    }

    /// Keys and values that a user wrote for a profile.
    void validateProfileConfig(Map<String, String> config) {
        Schemas.profile().validate(config);
    }

    /// Devices that a user wrote: each by itself.
    void validateDevices(Facts facts, ProjectName project, DeviceMap devices) {
        Devices.parse(devices);
        devices.byName().forEach((name, options) -> {
            if ("nic".equals(options.get("type"))) {
                try {
                    NicPlanner.validate(options, Nics.usable(facts, project));
                } catch (ProblemException e) {
                    throw Prefixed.device(name, e);
                }
            }
        });
    }

    /// The effective instance: what its devices name must exist.
    void checkEffective(Facts facts, ExpandedInstance expanded) {
        validateDevices(facts, expanded.instance().project(), expanded.devices());
    }

    /// An instance about to start: this version must be able to give it all its devices.
    void checkStart(ExpandedInstance expanded) {
        Devices.parse(expanded.devices()).requireSupported(expanded.instance().hostName());
        if (expanded.flag("nvidia.runtime", false)) {
            // LXD's words where the host lacks them; it does so here.
            throw new Problem.BadRequest(
                            "The NVIDIA container tools couldn't be found",
                            "nvidia.runtime needs nvidia-container-cli and its drivers",
                            "unset nvidia.runtime, or pass the devices in with gpu and disk devices")
                    .exception();
        }
    }
}
