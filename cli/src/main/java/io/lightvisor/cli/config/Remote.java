package io.lightvisor.cli.config;

/// A server that the user has a name for.
///
/// `protocol` is `lxd`, `simplestreams` (an image server), or `bootstrap` (images that the daemon builds itself from
/// the host's
/// package mirror; `address` is then the kind: `debian`, `busybox`). `isStatic` ones are built in, `isGlobal` ones come
/// from
/// the machine's configuration; neither is written into the user's.
public record Remote(
        String address,
        String authType,
        String domain,
        String project,
        String protocol,
        boolean isPublic,
        boolean isStatic,
        boolean isGlobal) {
    /// A server of our own API.
    public static Remote server(String address) {
        return new Remote(address, "", "", "", "lxd", false, false, false);
    }

    /// Whether it is reached by a unix socket.
    public boolean isUnix() {
        return address.startsWith("unix:");
    }

    /// Whether it only has images to give.
    public boolean isImagesOnly() {
        return !protocol.equals("lxd");
    }

    /// The same with another project.
    public Remote withProject(String name) {
        return new Remote(address, authType, domain, name, protocol, isPublic, isStatic, isGlobal);
    }

    /// The same with another address.
    public Remote withAddress(String url) {
        return new Remote(url, authType, domain, project, protocol, isPublic, isStatic, isGlobal);
    }
}
