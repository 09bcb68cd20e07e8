package io.lightvisor.api;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;

/// The host and the daemon behind an answer of `/1.0`.
/// `kernelFeatures` and `lxcFeatures` hold the strings `true` and `false`; `addresses` and `certificate` are what other
/// servers copy from;
/// `storage` and `storageVersion` list the drivers in use, joined by ` | `, and are empty before `lxd init`.
@Json(naming = Json.Naming.LowerUnderscore)
public record ServerEnvironment(
        List<String> addresses,
        List<String> architectures,
        String certificate,
        String certificateFingerprint,
        String driver,
        String driverVersion,
        String firewall,
        String kernel,
        String kernelArchitecture,
        Map<String, String> kernelFeatures,
        String kernelVersion,
        Map<String, String> lxcFeatures,
        String osName,
        String osVersion,
        String project,
        String server,
        boolean serverClustered,
        String serverEventMode,
        String serverName,
        long serverPid,
        String serverVersion,
        String storage,
        String storageVersion,
        List<StorageDriverInfo> storageSupportedDrivers) {}
