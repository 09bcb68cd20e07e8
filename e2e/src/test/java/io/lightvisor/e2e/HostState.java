package io.lightvisor.e2e;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Everything on the host that a container manager could leave behind, as `packaging/leftovers.sh` lists it.
record HostState(List<String> things) {

    static HostState read() {
        return new HostState(Program.of(Installation.checkout()
                        .resolve("packaging/leftovers.sh")
                        .toString())
                .run()
                .ok()
                .lines());
    }

    /// What is here now, was not `before`, and is ours: below `folder`, named by Lightvisor, our bridge, or one of
    /// `veths`.
    List<String> leftSince(HostState before, Path folder, Set<String> veths, Set<String> groups) {
        return things.stream()
                .filter(thing -> !before.things.contains(thing))
                .filter(thing -> !thing.equals("folder " + folder))
                .filter(thing -> thing.contains(folder.toString())
                        || thing.startsWith("cgroup ") && groups.stream().anyMatch(thing::contains)
                        || thing.startsWith("nft ")
                                && groups.stream().anyMatch(group -> thing.contains(group.replace('.', '_')))
                        || thing.equals("link " + LightvisorHost.BRIDGE)
                        || thing.startsWith("link ") && veths.contains(thing.substring(5)))
                .toList();
    }
}
