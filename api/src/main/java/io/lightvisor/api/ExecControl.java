package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A message on the control websocket of an exec or a console: `command` `window-resize` with `args`
/// `{"width":"80","height":"24"}` (numbers as strings), or `signal` with a number.
@Json(naming = Json.Naming.LowerUnderscore)
public record ExecControl(
        @Nullable String command,
        @Nullable Map<String, String> args,
        @Nullable Integer signal) {}
