package io.lightvisor.model;

import java.util.List;

/// A certificate that may use the API.
///
/// @param type        `client`, `server` or `metrics`
/// @param certificate PEM
/// @param restricted  to `projects`
public record TrustedCertificate(
        Fingerprint fingerprint,
        String name,
        String type,
        String certificate,
        boolean restricted,
        List<ProjectName> projects) {
    public TrustedCertificate {
        projects = List.copyOf(projects);
    }
}
