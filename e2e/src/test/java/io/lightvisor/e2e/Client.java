package io.lightvisor.e2e;

/// Which `lxc` drives the daemon.
enum Client {
    OURS,
    DEBIANS;

    Lxc on(LightvisorHost host) {
        return this == OURS ? host.ours() : host.debians();
    }
}
