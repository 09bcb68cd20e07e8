package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Body of POST `instances/{name}/exec`. `width` and `height` are the terminal's, in characters; `user` and `group` are
/// ids
/// inside; `recordOutput` keeps what is written in the log directory, and goes without `waitForWebsocket`.
@Json(naming = Json.Naming.LowerUnderscore)
public record InstanceExecPost(
        @Nullable List<String> command,
        @Json.Property("wait-for-websocket") @Nullable Boolean waitForWebsocket,
        @Nullable Boolean interactive,
        @Nullable Map<String, String> environment,
        @Nullable Integer width,
        @Nullable Integer height,
        @Json.Property("record-output") @Nullable Boolean recordOutput,
        @Nullable Long user,
        @Nullable Long group,
        @Nullable String cwd) {}
