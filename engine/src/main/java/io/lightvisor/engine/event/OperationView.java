package io.lightvisor.engine.event;

import io.lightvisor.model.ProjectName;
import io.lightvisor.model.StatusCode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// An operation at one moment, as events and answers show it.
///
/// @param resources noun in the plural to URLs: `instances` to `/1.0/instances/c1`
/// @param metadata  empty stands for the wire's null; values are strings, numbers, booleans, lists and maps
/// @param error     why it failed, or empty
public record OperationView(
        UUID id,
        ProjectName project,
        OperationClass kind,
        String description,
        Instant createdAt,
        Instant updatedAt,
        StatusCode status,
        Map<String, List<String>> resources,
        Map<String, Object> metadata,
        boolean mayCancel,
        String error) {}
