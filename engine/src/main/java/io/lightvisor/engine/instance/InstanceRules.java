package io.lightvisor.engine.instance;

import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.ProblemException;
import io.lightvisor.model.ProjectName;
import io.lightvisor.model.config.Schemas;
import io.lightvisor.network.NicPlanner;
import io.lightvisor.store.Facts;
import java.util.Map;

/// What keys and devices of an instance or a profile must keep to. Pure.
final class InstanceRules {
    /// Keys and values that a user wrote.
    void validateConfig(Map<String, String> config) {
        Schemas.instance().validate(config);
    }

    /// Devices that a user wrote: each by itself.
    void validateDevices(Facts facts, ProjectName project, DeviceMap devices) {
        devices.byName().forEach((name, options) -> {
            try {
                if ("nic".equals(options.get("type"))) {
                    NicPlanner.validate(options, Nics.usable(facts, project));
                }
            } catch (ProblemException e) {
                throw DeviceProblems.of(name, e);
            }
        });
    }

    /// The effective instance: what its devices name must exist, and this version must be able to give it.
    void checkEffective(Facts facts, ExpandedInstance expanded) {
        validateDevices(facts, expanded.instance().project(), expanded.devices());
    }
}
