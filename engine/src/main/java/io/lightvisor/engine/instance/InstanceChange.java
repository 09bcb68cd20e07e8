package io.lightvisor.engine.instance;

import io.lightvisor.model.Architecture;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.ProfileName;
import java.util.List;
import java.util.Map;

/// What an instance shall be: all that a user may write, whole (PUT), volatile keys included as the user
/// read them.
public record InstanceChange(
        Architecture architecture,
        Map<String, String> config,
        DeviceMap devices,
        List<ProfileName> profiles,
        boolean ephemeral,
        String description) {}
