package io.lightvisor.image;

/// How far a long work has come; told often, so it must answer quickly.
@FunctionalInterface
public interface Progress {
    /// Tells nobody.
    Progress NONE = (stage, done, total) -> {};

    /// @param stage what is being done: `rootfs`, `Installing packages`
    /// @param done  bytes (or steps) done
    /// @param total of how many; -1 if unknown
    void at(String stage, long done, long total);
}
