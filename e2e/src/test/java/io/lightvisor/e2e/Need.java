package io.lightvisor.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Something that not every machine has.
enum Need {
    /// Mounts, cgroups and links need root.
    ROOT {
        @Override
        Optional<String> missing() {
            boolean root = "root".equals(System.getProperty("user.name"));
            return root ? Optional.empty() : Optional.of("not root");
        }
    },
    /// Debian's client, package lxd-client.
    DEBIANS_LXC {
        @Override
        Optional<String> missing() {
            return exists("/usr/bin/lxc", "Debian's client (apt install lxd-client)");
        }
    },
    /// mmdebstrap and a package mirror in the host's own sources.
    DEBIAN_MIRROR {
        @Override
        Optional<String> missing() {
            return exists("/usr/bin/mmdebstrap", "mmdebstrap (apt install mmdebstrap)");
        }
    },
    /// Python's client library.
    PYLXD {
        @Override
        Optional<String> missing() {
            return exists("/usr/lib/python3/dist-packages/pylxd", "pylxd (apt install python3-pylxd)");
        }
    },
    /// A virtual machine with a pure cgroup v2, AppArmor and Debian's kernel; see ModernHostTest.
    MODERN_HOST {
        @Override
        Optional<String> missing() {
            return ModernHostTest.script().isPresent()
                    ? Optional.empty()
                    : Optional.of("no modern-host.sh: name it in MODERN_HOST");
        }
    };

    /// Why this need is not met, or empty if it is.
    abstract Optional<String> missing();

    private static Optional<String> exists(String path, String what) {
        return Files.exists(Path.of(path)) ? Optional.empty() : Optional.of(what + " is not installed");
    }
}
