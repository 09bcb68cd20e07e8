package io.lightvisor.engine.instance;

import io.lightvisor.container.Usage;
import io.lightvisor.model.ExpandedInstance;
import io.lightvisor.model.InstanceBackup;
import io.lightvisor.model.StatusCode;
import io.lightvisor.network.GuestInterface;
import java.util.List;
import java.util.Optional;

/// An instance as a list shows it: record, profiles merged in, and where it stands now.
public record InstanceView(ExpandedInstance expanded, StatusCode status, List<InstanceBackup> backups) {
    /// What a running instance uses and where it can be reached. A stopped one has pid 0, no interfaces,
    /// and nothing used.
    public record State(
            StatusCode status,
            int pid,
            Usage usage,
            List<GuestInterface> interfaces,
            Optional<Health> health,
            int restarts) {
        /// Of an instance that does not run.
        public static final State STOPPED =
                new State(StatusCode.STOPPED, 0, new Usage(0, 0, 0, 0, 0, 0), List.of(), Optional.empty(), 0);

        public State {
            interfaces = List.copyOf(interfaces);
        }
    }
}
