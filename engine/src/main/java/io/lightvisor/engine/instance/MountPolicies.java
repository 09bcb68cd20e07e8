package io.lightvisor.engine.instance;

import io.lightvisor.container.MountPolicy;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Instance;
import io.lightvisor.store.Store;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// What running instances may mount through the server, from `security.syscalls.intercept.mount.*` as they are now.
final class MountPolicies {
    private static final String PREFIX = "security.syscalls.intercept.mount.";

    private final Store store;
    private final ConcurrentHashMap<Long, Run> runs;

    MountPolicies(Store store, ConcurrentHashMap<Long, Run> runs) {
        this.store = store;
        this.runs = runs;
    }

    MountPolicy of(long instanceId) {
        var facts = store.facts();
        return Optional.ofNullable(runs.get(instanceId))
                .map(Run::ref)
                .flatMap((Instance.Ref ref) -> facts.instance(ref))
                .map(instance -> policy(InstancePlanner.expanded(facts, instance)))
                .orElse(MountPolicy.NONE);
    }

    private static MountPolicy policy(ExpandedInstance instance) {
        var allowed = new TreeSet<String>();
        for (String type : instance.config(PREFIX + "allowed", "").split(",", -1)) {
            if (!type.isBlank()) {
                allowed.add(type.strip());
            }
        }
        var fuse = new TreeMap<String, String>();
        for (String pair : instance.config(PREFIX + "fuse", "").split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                fuse.put(
                        pair.substring(0, equals).strip(),
                        pair.substring(equals + 1).strip());
            }
        }
        return new MountPolicy(allowed, fuse, instance.flag(PREFIX + "shift", false));
    }
}
