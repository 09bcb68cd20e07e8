package io.lightvisor.engine.instance;

import io.lightvisor.engine.server.Profiles;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProjectName;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;

/// What a changed profile means for the instances that use it.
final class ProfileUpdates implements Profiles.InstanceUpdates {
    private final World world;
    private final InstanceRules rules;
    private final LiveUpdate live;
    private final SecureRandom random = new SecureRandom();

    ProfileUpdates(World world, InstanceRules rules, LiveUpdate live) {
        this.world = world;
        this.rules = rules;
        this.live = live;
    }

    @Override
    public void validate(Facts facts, ProjectName project, Map<String, String> config, DeviceMap devices) {
        rules.validateProfileConfig(config);
        rules.validateDevices(facts, project, devices);
    }

    @Override
    public void check(Facts after, List<Instance> users) {
        for (var user : users) {
            var expanded = InstancePlanner.expanded(after, user);
            world.planner().check(after, expanded);
            Dependencies.check(after, expanded);
        }
    }

    private void record(Instance.Ref ref, Map<String, String> keys) {
        if (!keys.isEmpty()) {
            world.store().decide(draft -> {
                draft.instance(ref).ifPresent(i -> draft.put(Kind.INSTANCE, i.withKeys(keys)));
                return true;
            });
        }
    }

    @Override
    public void apply(Facts before, Facts after, List<Instance> users) {
        var failed = new StringBuilder();
        for (var user : users) {
            try (var _ = world.locks().lock(user.id())) {
                var old = before.instance(user.ref());
                var now = after.instance(user.ref());
                if (old.isPresent() && now.isPresent()) {
                    var was = InstancePlanner.expanded(before, old.get());
                    var is = InstancePlanner.expanded(after, now.get());
                    record(user.ref(), CloudInitIdentity.renewed(was, is, random));
                    live.apply(was, is);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                failed.append(" - Instance: ")
                        .append(user.hostName())
                        .append(": ")
                        .append(e.getMessage())
                        .append('\n');
            }
        }
        if (!failed.isEmpty()) {
            throw Problem.failed(
                            "The following instances failed to update (profile change still saved):\n" + failed, "")
                    .exception();
        }
    }
}
