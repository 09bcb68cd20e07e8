package io.lightvisor.container;

import io.lightvisor.container.plan.Plan;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.fs.Memfd;
import io.lightvisor.linux.process.Child;
import io.lightvisor.linux.process.Spawn;
import io.lightvisor.linux.socket.Message;
import io.lightvisor.linux.socket.SocketKind;
import io.lightvisor.linux.socket.UnixSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Runs the launcher program. It is run from a sealed copy in memory: a guest that gets hold of it
/// (`/proc/self/exe` of a
/// process on its way in) holds nothing that it could write to, not even a privileged one.
final class Launcher implements AutoCloseable {
    private final Fd program;

    /// @param file the program, `lightvisor-monitor`
    Launcher(Path file) {
        try {
            program = Memfd.sealed("lightvisor-monitor", Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the launcher " + file, e);
        }
    }

    /// A launcher at work on a plan.
    ///
    /// @param channel its reports, and later a monitor's control connection
    record Run(UnixSocket channel, Child child) implements AutoCloseable {
        /// The next report; [Report.Type#END] when the launcher has gone.
        Report next() throws InterruptedException {
            Message message = channel.receive(Report.SIZE);
            return Report.of(message);
        }

        @Override
        public void close() {
            channel.close();
            child.reap();
        }
    }

    /// Starts it; what the plan says happens from now on.
    ///
    /// @param title its name in ps(1)
    Run run(Plan plan, String title) {
        var pair = UnixSocket.pair(SocketKind.SEQUENTIAL_PACKET);
        try (Fd file = Memfd.sealed("plan", plan.toBytes());
                Fd theirs = pair.theirs()) {
            // By our pid: in the child nothing but the descriptors of the plan is open when the program is.
            Spawn spawn = Spawn.program(program.procPathForOthers().toString())
                    .name(title)
                    .newSession()
                    .descriptor(Plan.PLAN_FD, file)
                    .descriptor(Plan.REPORT_FD, theirs);
            plan.giveTo(spawn);
            return new Run(pair.ours(), spawn.start());
        } catch (RuntimeException e) {
            pair.ours().close();
            throw e;
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
