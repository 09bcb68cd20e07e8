package io.lightvisor.engine.instance;

import io.lightvisor.model.Architecture;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.InstanceName;
import io.lightvisor.model.InstanceType;
import io.lightvisor.model.ProfileName;
import io.lightvisor.model.ProjectName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Asks for a new instance.
///
/// @param name     empty: the server picks one
/// @param profiles empty: the image's, or `default`
/// @param start    start it in the same operation
public record CreateInstance(
        ProjectName project,
        Optional<InstanceName> name,
        InstanceType type,
        Optional<Architecture> architecture,
        Map<String, String> config,
        DeviceMap devices,
        Optional<List<ProfileName>> profiles,
        boolean ephemeral,
        String description,
        InstanceSource source,
        boolean start) {

    /// The same by this name.
    public CreateInstance withName(InstanceName name) {
        return new CreateInstance(
                project,
                Optional.of(name),
                type,
                architecture,
                config,
                devices,
                profiles,
                ephemeral,
                description,
                source,
                start);
    }
}
