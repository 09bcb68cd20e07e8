package io.lightvisor.daemon.command;

/// Versions of this program.
public final class Version {
    /// The version of LXD whose API and commands these are; scripts compare it.
    public static final String API_LEVEL = "5.0.2";

    private Version() {}

    /// Our own.
    public static String own() {
        String built = Version.class.getPackage().getImplementationVersion();
        return built == null ? "0.1.0" : built;
    }
}
