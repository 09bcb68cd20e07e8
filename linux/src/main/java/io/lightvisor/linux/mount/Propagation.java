package io.lightvisor.linux.mount;

/// Whether mounts appear in copies of a mount: mount_namespaces(7), "SHARED SUBTREES".
public enum Propagation {
    UNBINDABLE(1 << 17),
    PRIVATE(1 << 18),
    SLAVE(1 << 19),
    SHARED(1 << 20);

    final int bit;

    Propagation(int bit) {
        this.bit = bit;
    }
}
