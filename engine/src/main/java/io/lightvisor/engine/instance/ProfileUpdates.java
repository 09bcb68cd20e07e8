package io.lightvisor.engine.instance;

import io.lightvisor.engine.server.Profiles;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.Instance;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProjectName;
import io.lightvisor.store.Facts;
import java.util.List;
import java.util.Map;

/// What a changed profile means for the instances that use it.
final class ProfileUpdates implements Profiles.InstanceUpdates {
    private final World world;
    private final InstanceRules rules;
    private final LiveUpdate live;

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
            world.planner().check(after, InstancePlanner.expanded(after, user));
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
                    live.apply(InstancePlanner.expanded(before, old.get()), InstancePlanner.expanded(after, now.get()));
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
