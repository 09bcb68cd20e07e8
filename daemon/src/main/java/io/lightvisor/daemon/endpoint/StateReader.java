package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.InstanceFull;
import io.lightvisor.engine.instance.InstanceView;
import io.lightvisor.engine.instance.Instances;
import io.lightvisor.engine.instance.Snapshots;
import io.lightvisor.model.StatusCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Reads the live state of many instances: those that run side by side, because each is a handful of files of the
/// kernel.
final class StateReader {
    private static final int SIDE_BY_SIDE =
            Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors()));
    private static final int WORTH_SHARING = 8;

    private final Instances instances;

    StateReader(Instances instances) {
        this.instances = instances;
    }

    List<InstanceFull> full(List<InstanceView> views) throws InterruptedException {
        var results = new AtomicReferenceArray<@Nullable InstanceFull>(views.size());
        var running = new ArrayList<Integer>();
        for (int i = 0; i < views.size(); i++) {
            if (views.get(i).status() == StatusCode.STOPPED) {
                results.set(i, InstanceWire.full(views.get(i), InstanceView.State.STOPPED, snapshots(views.get(i))));
            } else {
                running.add(i);
            }
        }
        read(views, running, results);
        var list = new ArrayList<InstanceFull>(views.size());
        for (int i = 0; i < views.size(); i++) {
            InstanceFull full = results.get(i);
            if (full == null) {
                throw new IllegalStateException(
                        "the state of " + views.get(i).expanded().instance().name() + " was not read");
            }
            list.add(full);
        }
        return list;
    }

    private List<Snapshots.View> snapshots(InstanceView view) {
        return instances.snapshots().of(view.expanded().instance());
    }

    private void read(
            List<InstanceView> views, List<Integer> running, AtomicReferenceArray<@Nullable InstanceFull> results)
            throws InterruptedException {
        var next = new AtomicInteger();
        Runnable work = () -> {
            for (int n = next.getAndIncrement(); n < running.size(); n = next.getAndIncrement()) {
                int i = running.get(n);
                var view = views.get(i);
                results.set(
                        i,
                        InstanceWire.full(view, instances.state(view.expanded().instance()), snapshots(view)));
            }
        };
        int helpers = running.size() < WORTH_SHARING ? 0 : SIDE_BY_SIDE - 1;
        var done = new CountDownLatch(helpers);
        for (int h = 0; h < helpers; h++) {
            Thread.ofVirtual().name("instance states").start(() -> {
                try {
                    work.run();
                } finally {
                    done.countDown();
                }
            });
        }
        work.run();
        done.await();
    }
}
