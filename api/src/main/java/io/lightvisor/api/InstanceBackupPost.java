package io.lightvisor.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// Body of POST `instances/{name}/backups/{backup}`: the new name, `backup1`.
@Json(naming = Json.Naming.LowerUnderscore)
public record InstanceBackupPost(@Nullable String name) {}
