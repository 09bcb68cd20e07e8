package io.lightvisor.engine.instance;

import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.operation.Precondition;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.Instance;
import io.lightvisor.store.Kind;
import java.security.SecureRandom;
import java.util.function.UnaryOperator;

/// Changes an instance's record and, live, the container that runs. What the container refuses is taken
/// back from the record.
final class UpdateInstanceFlow {
    private static final System.Logger LOG = System.getLogger("lightvisor.engine");

    private final World world;
    private final LiveUpdate live;
    private final SecureRandom random = new SecureRandom();

    UpdateInstanceFlow(World world, LiveUpdate live) {
        this.world = world;
        this.live = live;
    }

    /// @param change the wanted whole, from what the record is now
    void run(Instance.Ref ref, Precondition<Instance> precondition, UnaryOperator<InstanceChange> change)
            throws Exception {
        var named = Instances.require(world.store().facts(), ref);
        try (var _ = world.locks().lock(named.id())) {
            var before = new ExpandedInstance[1];
            var after = world.store().decide(draft -> {
                var old = Instances.require(draft, ref);
                precondition.check(old);
                before[0] = InstancePlanner.expanded(draft, old);
                var changed = world.planner().change(draft, old, change.apply(asChange(old)));
                var expanded = InstancePlanner.expanded(draft, changed);
                changed = changed.withKeys(InstancePlanner.nicAddresses(expanded, random))
                        .withKeys(CloudInitIdentity.renewed(before[0], expanded, random));
                draft.put(Kind.INSTANCE, changed);
                return InstancePlanner.expanded(draft, changed);
            });
            try {
                world.devices().checkAdded(world.store().facts(), before[0], after);
                RootSize.checkChanged(world.pools(), world.store().facts(), before[0], after);
                live.apply(before[0], after);
                DeviceKeys.forget(world, before[0], after);
            } catch (Exception e) {
                takeBack(before[0], after, e);
                throw e;
            }
        }
        world.events()
                .lifecycle(
                        ref.project(),
                        "instance-updated",
                        Urls.of("instances", ref.name().value(), ref.project()));
    }

    private void takeBack(ExpandedInstance before, ExpandedInstance after, Exception why) {
        try {
            world.store().decide(draft -> {
                draft.put(Kind.INSTANCE, before.instance());
                return true;
            });
            live.apply(after, before);
        } catch (Exception e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "cannot take back the change of " + before.instance().hostName() + ", going on: " + e.getMessage());
            why.addSuppressed(e);
        }
    }

    private static InstanceChange asChange(Instance i) {
        return new InstanceChange(
                i.architecture(), i.config(), i.devices(), i.profiles(), i.ephemeral(), i.description());
    }
}
