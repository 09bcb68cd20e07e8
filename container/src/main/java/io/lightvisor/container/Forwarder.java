package io.lightvisor.container;

import io.lightvisor.container.plan.Plan;
import io.lightvisor.linux.process.Pidfd;
import io.lightvisor.model.Problem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Starts forwarders: processes of the launcher's program that pass connections on until their container's init ends.
final class Forwarder {
    private static final long NEWNS = 0x00020000L;
    private static final long NEWNET = 0x40000000L;
    private static final int ADDRESS = 128;

    private Forwarder() {}

    /// Returns when it accepts connections.
    ///
    /// @return its process; it is no longer ours and goes on when we end
    static int start(Launcher launcher, Pidfd init, ForwardSpec spec) throws InterruptedException {
        var plan = new Plan(Plan.Kind.PROXY, 0);
        int pidfd = plan.endsWith(init.fd());
        var steps = plan.parent();
        // What protects the daemon from the OOM killer is not for its forwarders.
        steps.write("/proc/self/oom_score_adj", "0", 0, 0);
        if (spec.insideNet()) {
            steps.setns(pidfd, spec.insideFiles() ? NEWNET | NEWNS : NEWNET);
        }
        if (spec.uid() != 0 || spec.gid() != 0) {
            steps.ids(spec.uid(), spec.gid());
        }
        plan.table(table(plan, spec));
        try (var run = launcher.run(plan, spec.title());
                Report report = run.next()) {
            if (report.type() == Report.Type.RUNNING) {
                return run.child().pid();
            }
            throw Problem.failed(
                            spec.title() + " not started",
                            report.type() == Report.Type.FAILED
                                    ? report.stage() + ": " + report.cause()
                                    : "it has ended too early")
                    .exception();
        }
    }

    /// "struct proxy_table", its listeners, its targets.
    private static byte[] table(Plan plan, ForwardSpec spec) {
        var table = ByteBuffer.allocate(12
                        + 8 * spec.listeners().size()
                        + (8 + ADDRESS) * spec.targets().size())
                .order(ByteOrder.nativeOrder());
        table.putInt(spec.header() ? 1 : 0)
                .putInt(spec.listeners().size())
                .putInt(spec.targets().size());
        for (var listener : spec.listeners()) {
            table.putInt(plan.give(listener.socket())).putInt(listener.kind().ordinal() + 1);
        }
        for (var target : spec.targets()) {
            byte[] address = target.address().bytes();
            table.putInt(target.kind().ordinal() + 1).putInt(address.length).put(address);
            table.position(table.position() + ADDRESS - address.length);
        }
        return table.array();
    }
}
